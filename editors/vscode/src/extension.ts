/** What VS Code calls. */

import * as vscode from "vscode";

import { isSubject, SUBJECTS } from "./documents";
import { createPages } from "./pages";
import { readReferences } from "./references";
import { Server } from "./server";
import { RESTARTING } from "./settings";
import { createStatus } from "./status";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("identilint", { log: true });
  const created = new Server(context.extensionPath, output);
  server = created;
  let isAwake = false;
  const restart = (): Promise<void> => {
    isAwake = true;
    return created.restart();
  };
  const sleeps = (): boolean => !isAwake;
  const wake = async (): Promise<void> => {
    // While it looked, another one may have come first.
    if (sleeps() && (await hasSubjects()) && sleeps()) {
      await restart();
    }
  };
  context.subscriptions.push(
    output,
    created,
    createStatus(created),
    createPages(created),
    vscode.commands.registerCommand("identilint.restart", restart),
    vscode.commands.registerCommand("identilint.showOutput", () => { output.show(); }),
    vscode.commands.registerCommand("identilint.showReferences", showReferences),
    vscode.workspace.onDidOpenTextDocument(wake),
    vscode.workspace.onDidChangeWorkspaceFolders(wake),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (isAwake && RESTARTING.some((name) => event.affectsConfiguration(name))) {
        void created.restart();
      } else if (event.affectsConfiguration("identilint")) {
        void created.configure();
      }
    }),
  );
  await wake();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

/** Most workspaces with a JSON file are no infrastructure: a server would read all their files for nothing. */
async function hasSubjects(): Promise<boolean> {
  if (vscode.workspace.textDocuments.some(isSubject)) {
    return true;
  }
  const files = await vscode.workspace.findFiles(SUBJECTS, "**/{node_modules,.terraform}/**", 1);
  return files.some((file) => file.scheme === "file");
}

async function showReferences(argument: unknown): Promise<void> {
  const references = readReferences(argument);
  if (!references) {
    return;
  }
  const position = ({ line, character }: { line: number; character: number }) => new vscode.Position(line, character);
  await vscode.commands.executeCommand(
    "editor.action.showReferences",
    vscode.Uri.parse(references.uri, true),
    position(references.position),
    references.locations.map(
      ({ uri, range }) =>
        new vscode.Location(vscode.Uri.parse(uri, true), new vscode.Range(position(range.start), position(range.end))),
    ),
  );
}
