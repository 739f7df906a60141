/** What the server's program says of its rules. */

export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly family: string;
}

/** Whether a text can be the name of a rule. Only such a text is given to the program. */
export function isRuleName(text: string): boolean {
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text);
}

/** Reads what `identilint rules --format json` prints. */
export function parseRules(output: string): Rule[] {
  const report = JSON.parse(output) as { rules?: unknown };
  if (!Array.isArray(report.rules)) {
    throw new Error("identilint lists no rules");
  }
  return report.rules.flatMap((rule: Record<string, unknown> | null) => {
    const { id, title, family } = rule ?? {};
    return typeof id === "string" && typeof title === "string" && typeof family === "string" && isRuleName(id)
      ? [{ id, title, family }]
      : [];
  });
}

/** The rule of a finding, as VS Code keeps it. */
export function ruleOf(code: string | number | { readonly value: string | number } | undefined): string | undefined {
  const value = typeof code === "object" ? code.value : code;
  return typeof value === "string" && isRuleName(value) ? value : undefined;
}
