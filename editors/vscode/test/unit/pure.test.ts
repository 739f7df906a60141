import assert from "node:assert/strict";
import { test } from "node:test";

import { Crashes } from "../../src/crashes";
import { isSubject } from "../../src/documents";
import { readReferences } from "../../src/references";
import { isRuleName, parseRules, ruleOf } from "../../src/rules";
import { binarySetting, isEnabled, serverSettings } from "../../src/settings";
import { shown, type State } from "../../src/state";

function reader(settings: Record<string, unknown>) {
  return (name: string): unknown => settings[name];
}

test("settings become what the server is told", () => {
  const settings = { config: "ci/é.toml", persona: "auditor", minSeverity: "low", noIgnore: true, path: "/x" };
  const { path, ...told } = settings;
  assert.deepEqual(serverSettings(reader(settings)), told);
  assert.equal(binarySetting(reader(settings)), path);
});

test("settings of a wrong type count as not set", () => {
  const nothing = { config: "", persona: "", minSeverity: "", noIgnore: false };
  assert.deepEqual(serverSettings(reader({})), nothing);
  assert.deepEqual(serverSettings(reader({ config: 1, persona: null, minSeverity: ["low"], noIgnore: "true" })), nothing);
  assert.equal(binarySetting(reader({ path: { a: 1 } })), "");
  assert.equal(isEnabled(reader({})), true);
  assert.equal(isEnabled(reader({ enable: false })), false);
});

function document(path: string, languageId: string, text = "", scheme = "file") {
  return { uri: { scheme, path }, languageId, getText: () => text };
}

test("infrastructure is known by its name, its language or its schema", () => {
  const template = '\uFEFF{\r\n  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"';
  const parameters = '{ "$schema": "http://schema.management.azure.com/schemas/2015-01-01/deploymentParameters.json#"';
  const subscription = '{ "$schema": "https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#"';
  for (const subject of [
    document("/a/é.tf", "plaintext"),
    document("/a/main.tofu", "plaintext"),
    document("/a/main.tf.json", "json"),
    document("/a/x.auto.tfvars", "terraform-vars"),
    document("/a/x.bicepparam", "plaintext"),
    document("/a/unnamed", "bicep"),
    document("/a/azuredeploy.json", "json", template),
    document("/a/azuredeploy.json", "plaintext", subscription),
    document("/a/azuredeploy.parameters.json", "jsonc", parameters),
    document("/a/azuredeploy", "arm-template"),
  ]) {
    assert.equal(isSubject(subject), true, subject.uri.path);
  }
  for (const other of [
    document("/a/package.json", "json", '{ "name": "deploymentTemplate" }'),
    document("/a/main.tf", "terraform", "", "git"),
    document("/a/main.tf", "terraform", "", "untitled"),
    document("/a/main.tf.md", "markdown"),
    document("/a/tf", "plaintext"),
    document("/a/late.json", "json", " ".repeat(5000) + template),
  ]) {
    assert.equal(isSubject(other), false, other.uri.path);
  }
});

test("the status bar says how it is", () => {
  const running: State = { kind: "running", version: "0.1.0", origin: "came with the extension" };
  assert.deepEqual(shown(running, 6), {
    text: "$(warning) identilint: 6",
    tooltip: "6 findings\nidentilint 0.1.0, came with the extension",
    isError: false,
  });
  assert.equal(shown(running, 0).text, "$(pass) identilint");
  assert.match(shown(running, 1).tooltip, /^1 finding\n/);
  assert.deepEqual(shown({ kind: "failed", message: "gone" }, 3), { text: "$(error) identilint", tooltip: "gone", isError: true });
  const texts = (["idle", "off", "starting"] as const).map((kind) => shown({ kind }, 0).tooltip);
  assert.equal(new Set(texts).size, 3);
});

test("a server that ends again and again is given up, and one that ends now and then is not", () => {
  const quick = new Crashes();
  assert.deepEqual([1, 2, 3, 4, 5, 6].map((second) => quick.mayRestart(second * 1000)), [true, true, true, true, false, false]);
  const slow = new Crashes();
  assert.ok(Array.from({ length: 50 }, (_, minute) => slow.mayRestart(minute * 60_000)).every(Boolean));
});

test("a lens is read, and anything else is nothing", () => {
  const at = { line: 3, character: 5 };
  const locations = [{ uri: "file:///a%20b/%C3%A9.tf", range: { start: at, end: at } }];
  assert.deepEqual(readReferences({ uri: "file:///a.tf", position: at, locations, more: 1 }), { uri: "file:///a.tf", position: at, locations });
  assert.deepEqual(readReferences({ uri: "file:///a.tf", position: at, locations: [] })?.locations, []);
  for (const wrong of [
    undefined,
    null,
    "file:///a.tf",
    { uri: 1, position: at, locations },
    { uri: "file:///a.tf", position: { line: -1, character: 0 }, locations },
    { uri: "file:///a.tf", position: { line: 0.5, character: 0 }, locations },
    { uri: "file:///a.tf", position: at },
    { uri: "file:///a.tf", position: at, locations: [{ uri: "file:///a.tf" }] },
    { uri: "file:///a.tf", position: at, locations: [{ uri: "file:///a.tf", range: { start: at } }] },
    { uri: "file:///a.tf", position: at, locations: [null] },
  ]) {
    assert.equal(readReferences(wrong), undefined, JSON.stringify(wrong));
  }
});

test("only names of rules are given to the program", () => {
  assert.ok(isRuleName("slot-without-role"));
  for (const name of ["", "--help", "-x", "a b", "a/b", "A", "a--b", "a-", "é", "a\n"]) {
    assert.equal(isRuleName(name), false, name);
  }
  assert.equal(ruleOf({ value: "slot-without-role" }), "slot-without-role");
  assert.equal(ruleOf("unknown-role"), "unknown-role");
  assert.equal(ruleOf("--help"), undefined);
  assert.equal(ruleOf(7), undefined);
  assert.equal(ruleOf(undefined), undefined);
});

test("the list of rules is read", () => {
  const good = { id: "a-b", title: "T", family: "f", severity: "high" };
  const output = JSON.stringify({ version: 1, rules: [good, { id: "--x", title: "", family: "" }, null, { id: "c" }] });
  assert.deepEqual(parseRules(output), [{ id: "a-b", title: "T", family: "f" }]);
  assert.throws(() => parseRules("{}"), /lists no rules/);
  assert.throws(() => parseRules("no"), SyntaxError);
});
