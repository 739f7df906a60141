/** What a code lens of the server says: places, and where to show that they belong. */

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Location {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

export interface References {
  readonly uri: string;
  readonly position: Position;
  readonly locations: readonly Location[];
}

/** Reads the one argument of the command; nothing if it is not what the server sends. */
export function readReferences(argument: unknown): References | undefined {
  if (!isObject(argument)) {
    return undefined;
  }
  const { uri, position, locations } = argument;
  if (typeof uri !== "string" || !isPosition(position) || !Array.isArray(locations) || !locations.every(isLocation)) {
    return undefined;
  }
  return { uri, position, locations };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isPosition(value: unknown): value is Position {
  const isCount = (count: unknown): boolean => Number.isInteger(count) && (count as number) >= 0;
  return isObject(value) && isCount(value["line"]) && isCount(value["character"]);
}

function isLocation(value: unknown): value is Location {
  if (!isObject(value) || typeof value["uri"] !== "string" || !isObject(value["range"])) {
    return false;
  }
  return isPosition(value["range"]["start"]) && isPosition(value["range"]["end"]);
}
