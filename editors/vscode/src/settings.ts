/** The settings below `identilint`. */

/** Reads one setting by its name behind `identilint.`. */
export type Read = (name: string) => unknown;

/** What the server is told. It keeps an empty text for nothing said. */
export interface ServerSettings {
  readonly config: string;
  readonly persona: string;
  readonly minSeverity: string;
  readonly noIgnore: boolean;
}

/** A change of one of these starts the server anew; the server itself hears of the others. */
export const RESTARTING = ["identilint.enable", "identilint.path"] as const;

export function serverSettings(read: Read): ServerSettings {
  return {
    config: text(read("config")),
    persona: text(read("persona")),
    minSeverity: text(read("minSeverity")),
    noIgnore: read("noIgnore") === true,
  };
}

export function isEnabled(read: Read): boolean {
  return read("enable") !== false;
}

export function binarySetting(read: Read): string {
  return text(read("path"));
}

/** `settings.json` may hold anything. */
function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
