/** The status bar, and the menu behind it. */

import * as vscode from "vscode";

import { isSubject } from "./documents";
import type { Server } from "./server";
import { shown } from "./state";

const MENU = "identilint.showMenu";
/** Diagnostics of all extensions come through one event. */
const DELAY_MILLISECONDS = 100;

export function createStatus(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("identilint", vscode.StatusBarAlignment.Right, 100);
  item.name = "identilint";
  item.command = MENU;
  let timer: NodeJS.Timeout | undefined;

  const show = (): void => {
    timer = undefined;
    const document = vscode.window.activeTextEditor?.document;
    if (server.state.kind !== "failed" && (server.state.kind === "idle" || !document || !isSubject(document))) {
      item.hide();
      return;
    }
    const { text, tooltip, isError } = shown(server.state, findings());
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: tooltip };
    item.backgroundColor = isError ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    item.show();
  };
  const later = (): void => {
    timer ??= setTimeout(show, DELAY_MILLISECONDS);
  };
  show();
  return vscode.Disposable.from(
    item,
    { dispose: () => { clearTimeout(timer); } },
    server.onDidChange(show),
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.languages.onDidChangeDiagnostics(later),
    vscode.commands.registerCommand(MENU, () => showMenu(server)),
  );
}

/** How many findings there are in all files. */
function findings(): number {
  return vscode.languages
    .getDiagnostics()
    .reduce((sum, [, all]) => sum + all.filter((one) => one.source === "identilint").length, 0);
}

async function showMenu(server: Server): Promise<void> {
  const entry = (label: string, command: string, ...args: unknown[]) => ({ label, command, args });
  const entries = [
    entry("$(warning) Show Problems", "workbench.actions.view.problems"),
    entry("$(book) Show Rule Page", "identilint.showRulePage"),
    entry("$(output) Show Output", "identilint.showOutput"),
    entry("$(refresh) Restart Server", "identilint.restart"),
    entry("$(gear) Open Settings", "workbench.action.openSettings", "@ext:identilint.identilint"),
  ];
  const { tooltip } = shown(server.state, findings());
  const chosen = await vscode.window.showQuickPick(entries, { title: tooltip.replace("\n", " · ") });
  if (chosen) {
    await vscode.commands.executeCommand(chosen.command, ...chosen.args);
  }
}
