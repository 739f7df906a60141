import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import type { CodeAction, Hover, TextEdit, WorkspaceEdit } from "vscode-languageserver-protocol/node";

import { copyOf, edited, Editor, positionOf } from "./server";

const TIMEOUT = { timeout: 60_000 };

function editor(context: TestContext, fixture: string): Editor {
  const opened = new Editor(copyOf(fixture));
  context.after(() => { opened.kill(); });
  return opened;
}

function editsOf(edit: WorkspaceEdit | undefined, uri: string): TextEdit[] {
  const changes = edit?.documentChanges?.flatMap((change) =>
    "textDocument" in change && change.textDocument.uri === uri ? (change.edits as TextEdit[]) : [],
  );
  return changes ?? edit?.changes?.[uri] ?? [];
}

for (const { folder, file, language } of [
  { folder: "showcase/terraform", file: "main.tf", language: "terraform" },
  { folder: "showcase/terraform", file: "main.tf", language: "plaintext" },
  { folder: "showcase/bicep", file: "main.bicep", language: "bicep" },
  { folder: "showcase/arm", file: "main.json", language: "json" },
]) {
  test(`${file} as ${language}: a finding with its proof, and the fix that mends it`, TIMEOUT, async (context) => {
    const client = editor(context, folder);
    const { capabilities } = await client.initialize();
    assert.equal(capabilities.positionEncoding, "utf-16");
    const text = await client.open(file, language);

    const found = await client.diagnostics(file);
    const codes = found.map((one) => one.code);
    for (const code of ["wrong-principal-id", "key-vault-permission-model-mismatch", "key-vault-reference-identity-not-selected"]) {
      assert.ok(codes.includes(code), `${code} in ${codes.join(", ")}`);
    }
    assert.ok(found.every((one) => one.source === "identilint" && one.severity === 1));
    const wrong = found.find((one) => one.code === "wrong-principal-id");
    assert.ok(wrong);
    assert.match(wrong.codeDescription?.href ?? "", /\/wrong-principal-id\.md$/);
    assert.ok((wrong.relatedInformation ?? []).length > 0);

    const actions = await client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri: client.uri(file) },
      range: wrong.range,
      context: { diagnostics: [wrong], only: ["quickfix"] },
    });
    const offered = actions.find((one) => one.isPreferred);
    assert.ok(offered, actions.map((one) => one.title).join(", "));
    const fix = offered.edit ? offered : await client.connection.sendRequest<CodeAction>("codeAction/resolve", offered);
    const fixed = edited(text, editsOf(fix.edit, client.uri(file)));
    assert.notEqual(fixed, text);
    await client.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: client.uri(file), version: 2 },
      contentChanges: [{ text: fixed }],
    });
    const left = (await client.diagnostics(file)).map((one) => one.code);
    assert.deepEqual(left, codes.filter((code) => code !== "wrong-principal-id"));

    assert.deepEqual(client.told, []);
    assert.deepEqual(await client.close(), { code: 0, complaints: "" });
  });
}

test("a rule that a comment names is explained", TIMEOUT, async (context) => {
  const client = editor(context, "showcase/terraform");
  await client.initialize();
  const comment = "# identilint: ignore[unused-identity] -- für später\r\n";
  const text = await client.open("é.tf", "terraform", `# ärger 🙂\r\n${comment}resource "azurerm_user_assigned_identity" "x" {}\r\n`);
  const hover = await client.connection.sendRequest<Hover | null>("textDocument/hover", {
    textDocument: { uri: client.uri("é.tf") },
    position: positionOf(text, "unused-identity", 3),
  });
  assert.ok(hover);
  assert.match(JSON.stringify(hover.contents), /unused-identity/);
  const nothing = await client.connection.sendRequest<Hover | null>("textDocument/hover", {
    textDocument: { uri: client.uri("é.tf") },
    position: { line: 0, character: 2 },
  });
  assert.equal(nothing, null);
  await client.close();
});

test("settings count from the start and when they change", TIMEOUT, async (context) => {
  const client = editor(context, "showcase/terraform");
  await client.initialize({ minSeverity: "critical" });
  await client.open("main.tf", "terraform");
  assert.deepEqual(await client.diagnostics("main.tf"), []);
  const change = (settings: object) =>
    client.connection.sendNotification("workspace/didChangeConfiguration", { settings: { identilint: settings } });
  await change({ config: "", persona: "", minSeverity: "", noIgnore: false });
  const regular = await client.diagnostics("main.tf");
  assert.ok(regular.length > 0);
  await change({ config: "", persona: "auditor", minSeverity: "", noIgnore: false });
  assert.ok((await client.diagnostics("main.tf")).length >= regular.length);
  assert.deepEqual(client.told, []);
  await change({ config: "", persona: "nobody" });
  await client.diagnostics("main.tf");
  assert.match(client.told.join("\n"), /identilint\.persona/);
  await client.close();
});
