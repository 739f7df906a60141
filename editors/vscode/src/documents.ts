/** Which documents are checked. */

const LANGUAGES = [
  "terraform",
  "terraform-vars",
  "opentofu",
  "opentofu-vars",
  "bicep",
  "bicep-params",
  "arm-template",
  "json",
  "jsonc",
] as const;

/** Without an extension for its language, a file is plain text: then its name tells. */
const PATTERNS = ["**/*.{tf,tofu,tfvars,bicep,bicepparam,json,sql}", "**/{identilint,.identilint}.toml"] as const;

/** What stands in a workspace that is worth a server before any document is opened. */
export const SUBJECTS = "**/*.{tf,tofu,bicep}";

export type Filter =
  | { readonly scheme: "file"; readonly language: string }
  | { readonly scheme: "file"; readonly pattern: string };

/** The documents that the server hears of: files on disk only. */
export function selector(): Filter[] {
  return [
    ...LANGUAGES.map((language) => ({ scheme: "file" as const, language })),
    ...PATTERNS.map((pattern) => ({ scheme: "file" as const, pattern })),
  ];
}

/** What is asked of a document. */
export interface Document {
  readonly uri: { readonly scheme: string; readonly path: string };
  readonly languageId: string;
  getText(): string;
}

/** How much of a JSON file is read for its schema. */
const HEAD = 4096;

/**
 * Whether a document is worth a server and a word in the status bar: infrastructure, which most JSON files are not.
 */
export function isSubject(document: Document): boolean {
  if (document.uri.scheme !== "file") {
    return false;
  }
  const isJson = document.languageId === "json" || document.languageId === "jsonc";
  if (/\.(?:tf|tofu|tfvars)(?:\.json)?$|\.(?:bicep|bicepparam)$/.test(document.uri.path)) {
    return true;
  }
  if (isJson || document.uri.path.endsWith(".json")) {
    return /schema\.management\.azure\.com\/schemas\/[^"]*deployment/i.test(document.getText().slice(0, HEAD));
  }
  return LANGUAGES.some((language) => language === document.languageId);
}
