/** Runs the server's program for an answer. */

import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";

import type { Binary, Machine } from "./binary";
import { isOlder, OLDEST, parseVersion, show } from "./version";

const TIMEOUT_MILLISECONDS = 10_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** This machine. */
export function machine(): Machine {
  return {
    windows: process.platform === "win32",
    home: homedir(),
    searchPath: process.env["PATH"] ?? "",
    isFile: (file) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? false,
  };
}

/** What the program prints. Fails with its complaint, or with the system's. */
export function run(file: string, args: readonly string[]): Promise<string> {
  const options = { timeout: TIMEOUT_MILLISECONDS, maxBuffer: MOST_BYTES, windowsHide: true, cwd: path.dirname(file) };
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, output, complaint) => {
      if (error) {
        reject(new Error(complaint.trim() === "" ? error.message : complaint.trim()));
      } else {
        resolve(output);
      }
    });
  });
}

/** The version of a server that is new enough. Fails with a sentence for people. */
export async function version(binary: Binary): Promise<string> {
  let output;
  try {
    output = await run(binary.file, ["--version"]);
  } catch (error) {
    throw new Error(`${binary.file} cannot be run: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const found = parseVersion(output);
  if (!found) {
    throw new Error(`${binary.file} is not identilint`);
  }
  if (isOlder(found, OLDEST)) {
    throw new Error(`${binary.file} is identilint ${show(found)}, which is too old: at least ${show(OLDEST)} is needed`);
  }
  return show(found);
}
