/** The real server, as the extension starts it, and an editor's side of the protocol. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";

import {
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  createProtocolConnection,
  type TextEdit,
} from "vscode-languageserver-protocol/node";

import type { ServerSettings } from "../../src/settings";
import { serverSettings } from "../../src/settings";

/** The tests run from out/test/client. */
const repository = path.join(__dirname, "../../../../..");

/** A copy of a fixture, in a folder whose name is no plain word. */
export function copyOf(fixture: string): string {
  const folder = path.join(realpathSync(mkdtempSync(path.join(tmpdir(), "identilint "))), "café #1");
  cpSync(path.join(repository, "fixtures", fixture), folder, { recursive: true });
  return folder;
}

export class Editor {
  readonly connection: ProtocolConnection;
  private readonly process: ChildProcess;
  private readonly ended: Promise<number | null>;
  private complaints = "";
  /** What the server says to people. */
  readonly told: string[] = [];

  constructor(readonly folder: string) {
    const program = process.env["IDENTILINT"];
    assert.ok(program, "IDENTILINT must name the server's program");
    const child = spawn(program, ["lsp"], { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    this.process = child;
    this.ended = new Promise((resolve) => child.once("close", resolve));
    child.stderr.on("data", (data: Buffer) => (this.complaints += data.toString()));
    this.connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    this.connection.onRequest("client/registerCapability", () => null);
    this.connection.onRequest("workspace/diagnostic/refresh", () => null);
    this.connection.onRequest("workspace/codeLens/refresh", () => null);
    this.connection.onNotification("window/showMessage", ({ message }: { message: string }) => { this.told.push(message); });
    this.connection.listen();
  }

  uri(file: string): string {
    return pathToFileURL(path.join(this.folder, file)).href;
  }

  /** Starts with the capabilities that VS Code's client sends, as far as they matter here. */
  async initialize(settings: Partial<ServerSettings> = {}): Promise<InitializeResult> {
    const result = await this.connection.sendRequest<InitializeResult>("initialize", {
      processId: process.pid,
      clientInfo: { name: "test" },
      rootUri: pathToFileURL(this.folder).href,
      workspaceFolders: [{ uri: pathToFileURL(this.folder).href, name: "showcase" }],
      initializationOptions: { ...serverSettings(() => undefined), ...settings },
      capabilities: {
        general: { positionEncodings: ["utf-16"] },
        textDocument: {
          diagnostic: { dynamicRegistration: true, relatedDocumentSupport: false },
          hover: { contentFormat: ["markdown", "plaintext"] },
          codeAction: {
            dataSupport: true,
            resolveSupport: { properties: ["edit"] },
            codeActionLiteralSupport: { codeActionKind: { valueSet: ["", "quickfix", "source", "source.fixAll"] } },
          },
        },
        workspace: {
          workspaceFolders: true,
          configuration: true,
          didChangeWatchedFiles: { dynamicRegistration: true },
          diagnostics: { refreshSupport: true },
          workspaceEdit: { documentChanges: true },
        },
      },
    });
    await this.connection.sendNotification("initialized", {});
    return result;
  }

  async open(file: string, languageId: string, text?: string): Promise<string> {
    const content = text ?? readFileSync(path.join(this.folder, file), "utf8");
    const textDocument = { uri: this.uri(file), languageId, version: 1, text: content };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
    return content;
  }

  async diagnostics(file: string): Promise<Diagnostic[]> {
    const params = { textDocument: { uri: this.uri(file) } };
    const report = await this.connection.sendRequest<{ kind: string; items: Diagnostic[] }>("textDocument/diagnostic", params);
    assert.equal(report.kind, "full");
    return report.items;
  }

  /** Ends the session as VS Code does, and tells how the process ended. */
  async close(): Promise<{ code: number | null; complaints: string }> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    const code = await this.ended;
    this.connection.dispose();
    return { code, complaints: this.complaints };
  }

  /** For a test that fails half way. */
  kill(): void {
    this.process.kill();
  }
}

/** Where something stands in a text, behind `offset` characters of it. */
export function positionOf(text: string, part: string, offset = 0): { line: number; character: number } {
  const at = text.indexOf(part);
  assert.notEqual(at, -1, part);
  const before = text.slice(0, at + offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

/** The text after the edits, which do not overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = text.split("\n");
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  const last = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return last.reduce((now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)), text);
}
