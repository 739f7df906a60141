/** Which server is run: the one of the setting, or else the one that came along, or else the one on the PATH. */

import * as path from "node:path";

/** What the search needs to know of the machine. */
export interface Machine {
  readonly windows: boolean;
  readonly home: string;
  /** The variable PATH. */
  readonly searchPath: string;
  isFile(file: string): boolean;
}

export type Origin = "setting" | "bundled" | "path";

export interface Binary {
  readonly file: string;
  readonly origin: Origin;
}

/** Why there is none. */
export interface NoBinary {
  readonly problem: string;
}

/**
 * Looks for the server. The setting is not a suggestion: where it names no file, nothing else is run.
 *
 * The name is never left to the system to find: Windows looks into the current folder first, which may be the workspace.
 */
export function findBinary(setting: string, extension: string, machine: Machine): Binary | NoBinary {
  const paths = machine.windows ? path.win32 : path.posix;
  const name = machine.windows ? "identilint.exe" : "identilint";
  const wanted = setting.trim();
  if (wanted !== "") {
    const file = /^~[/\\]/.test(wanted) ? paths.join(machine.home, wanted.slice(2)) : wanted;
    if (!paths.isAbsolute(file)) {
      return { problem: `The setting identilint.path must be a full path; it is ${wanted}` };
    }
    if (!machine.isFile(file)) {
      return { problem: `The setting identilint.path names no file: ${file}` };
    }
    return { file, origin: "setting" };
  }
  const bundled = paths.join(extension, "bin", name);
  if (machine.isFile(bundled)) {
    return { file: bundled, origin: "bundled" };
  }
  for (const folder of machine.searchPath.split(paths.delimiter)) {
    const file = paths.join(folder, name);
    if (paths.isAbsolute(folder) && machine.isFile(file)) {
      return { file, origin: "path" };
    }
  }
  return { problem: "There is no identilint: none came with this extension, and none is on the PATH" };
}

/** Where a server comes from, for people. */
export function origin(binary: Binary): string {
  switch (binary.origin) {
    case "setting":
      return `named by the setting identilint.path: ${binary.file}`;
    case "bundled":
      return "came with the extension";
    case "path":
      return `on the PATH: ${binary.file}`;
  }
}
