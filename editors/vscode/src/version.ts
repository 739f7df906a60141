/** Versions of the server, as `identilint --version` prints them. */

export interface Version {
  readonly numbers: readonly [number, number, number];
  /** What stands behind a hyphen, `rc.1` for example; empty for a release. */
  readonly pre: string;
}

/** The oldest server that this extension can talk to. */
export const OLDEST: Version = { numbers: [0, 1, 0], pre: "" };

/** Reads `identilint 0.1.0`; nothing if the program is another one. */
export function parseVersion(output: string): Version | undefined {
  const match = /^identilint (\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?(?:\s|$)/.exec(output);
  if (!match) {
    return undefined;
  }
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], pre: match[4] ?? "" };
}

/** Whether `a` came before `b`. What comes before a release is older than the release; among those, none is. */
export function isOlder(a: Version, b: Version): boolean {
  for (const index of [0, 1, 2] as const) {
    if (a.numbers[index] !== b.numbers[index]) {
      return a.numbers[index] < b.numbers[index];
    }
  }
  return a.pre !== "" && b.pre === "";
}

export function show(version: Version): string {
  return version.numbers.join(".") + (version.pre === "" ? "" : `-${version.pre}`);
}
