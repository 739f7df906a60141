import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";

import { selector } from "../../src/documents";
import { RESTARTING } from "../../src/settings";

/** The tests run from out/test/unit. */
const root = path.join(__dirname, "../../..");
const file = (name: string): string => readFileSync(path.join(root, name), "utf8");

interface Property {
  scope: string;
  default: unknown;
  enum?: unknown[];
  markdownDescription: string;
}

const manifest = JSON.parse(file("package.json")) as {
  version: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  contributes: { commands: { command: string }[]; configuration: { properties: Record<string, Property> } };
  dependencies?: unknown;
};
const properties = manifest.contributes.configuration.properties;
const sources = readdirSync(path.join(root, "src")).map((name) => file(`src/${name}`)).join("\n");

test("the extension has the version of identilint", () => {
  assert.equal(manifest.version, /^version = "(.+)"$/m.exec(file("../../Cargo.toml"))?.[1]);
  assert.ok(file("CHANGELOG.md").includes(`\n## ${manifest.version}\n`));
});

test("the README's settings are those of the manifest", () => {
  execFileSync(process.execPath, [path.join(root, "scripts/settings-table.mjs"), "--check"]);
});

test("every setting is read, and every one that is read is declared", () => {
  const readers = file("src/settings.ts");
  const declared = Object.keys(properties).map((name) => name.replace("identilint.", ""));
  const read = [...readers.matchAll(/\bread\("([A-Za-z]+)"\)/g)].map((match) => match[1]);
  // This one is read by the client library.
  assert.deepEqual([...read, "trace.server"].sort(), [...declared].sort());
  RESTARTING.forEach((name) => { assert.ok(name in properties, name); });
});

test("a workspace can choose neither the program nor, without trust, the configuration", () => {
  assert.equal(properties["identilint.path"]?.scope, "machine");
  assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations, ["identilint.path", "identilint.config"]);
});

test("every setting has a default of its own values, and is described", () => {
  for (const [name, property] of Object.entries(properties)) {
    assert.match(property.markdownDescription, /^[A-Z].*\.$/, name);
    assert.ok(property.enum === undefined || property.enum.includes(property.default), name);
  }
});

test("every command is registered and told of in the README", () => {
  for (const { command } of manifest.contributes.commands) {
    assert.ok(sources.includes(`registerCommand("${command}"`), command);
  }
  assert.equal(file("README.md").match(/^\| identilint: /gm)?.length, manifest.contributes.commands.length);
});

test("every language that wakes the extension is checked", () => {
  const languages = selector().flatMap((filter) => ("language" in filter ? [filter.language] : []));
  const waking = manifest.activationEvents.flatMap((event) => /^onLanguage:(.+)$/.exec(event)?.[1] ?? []);
  assert.deepEqual(waking.sort(), languages.sort());
});

test("nothing is downloaded or sent: neither the sources nor the manifest name a way", () => {
  assert.doesNotMatch(sources, /\bfetch\(|node:https?|node:net\b|require\(|telemetry|createTelemetryLogger/i);
  assert.equal(manifest.dependencies, undefined);
});
