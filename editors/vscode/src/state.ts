/** How the server is, and how that is shown. */

export type State =
  /** There is nothing to check yet. */
  | { readonly kind: "idle" }
  /** The settings say no. */
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly version: string; readonly origin: string }
  | { readonly kind: "failed"; readonly message: string };

/** What stands in the status bar. */
export interface Shown {
  readonly text: string;
  readonly tooltip: string;
  readonly isError: boolean;
}

export function shown(state: State, findings: number): Shown {
  switch (state.kind) {
    case "idle":
      return { text: "identilint", tooltip: "identilint has nothing to check", isError: false };
    case "off":
      return { text: "$(circle-slash) identilint", tooltip: "identilint is switched off in the settings", isError: false };
    case "starting":
      return { text: "$(sync~spin) identilint", tooltip: "identilint starts", isError: false };
    case "running":
      return {
        text: findings === 0 ? "$(pass) identilint" : `$(warning) identilint: ${findings}`,
        tooltip: `${count(findings)}\nidentilint ${state.version}, ${state.origin}`,
        isError: false,
      };
    case "failed":
      return { text: "$(error) identilint", tooltip: state.message, isError: true };
  }
}

export function count(findings: number): string {
  switch (findings) {
    case 0:
      return "No findings";
    case 1:
      return "1 finding";
    default:
      return `${findings} findings`;
  }
}
