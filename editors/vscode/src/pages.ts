/** Pages of rules, from the program itself: the right version's, and without a network. */

import * as vscode from "vscode";

import { run } from "./program";
import { isRuleName, parseRules, ruleOf } from "./rules";
import type { Server } from "./server";

const SCHEME = "identilint-rule";

export function createPages(server: Server): vscode.Disposable {
  const provider: vscode.TextDocumentContentProvider = {
    provideTextDocumentContent: (uri) => {
      const rule = uri.path.replace(/^\//, "").replace(/\.md$/, "");
      if (!isRuleName(rule)) {
        throw new Error(`${rule} is no rule`);
      }
      return run(server.binary().file, ["explain", rule, "--format", "markdown"]);
    },
  };
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, provider),
    vscode.commands.registerCommand("identilint.showRulePage", async (rule?: unknown) => {
      try {
        const name = typeof rule === "string" ? rule : await choose(server);
        if (name !== undefined) {
          const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` });
          // The preview of a page that cannot be read would be an empty one.
          await vscode.workspace.openTextDocument(uri);
          await vscode.commands.executeCommand("markdown.showPreview", uri);
        }
      } catch (error) {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }
    }),
  );
}

/** Lets people choose a rule; those that are found at the cursor come first. */
async function choose(server: Server): Promise<string | undefined> {
  const rules = parseRules(await run(server.binary().file, ["rules", "--format", "json"]));
  const here = new Set(rulesAtCursor());
  const item = (rule: (typeof rules)[number]) => ({ label: rule.id, description: rule.title });
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const found = rules.filter((rule) => here.has(rule.id));
  const items: vscode.QuickPickItem[] = found.length === 0 ? [] : [separator("found here"), ...found.map(item)];
  let family = "";
  for (const rule of rules.filter((rule) => !here.has(rule.id))) {
    if (rule.family !== family) {
      family = rule.family;
      items.push(separator(family));
    }
    items.push(item(rule));
  }
  const chosen = await vscode.window.showQuickPick(items, { title: "Rule Page", matchOnDescription: true });
  return chosen?.label;
}

function rulesAtCursor(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return [];
  }
  return vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((one) => one.source === "identilint" && one.range.intersection(editor.selection))
    .flatMap((one) => ruleOf(one.code) ?? []);
}
