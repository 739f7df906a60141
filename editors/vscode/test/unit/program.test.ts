import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";

import { findBinary } from "../../src/binary";
import { machine, run, version } from "../../src/program";

const skip = process.platform === "win32" && "scripts stand in for programs";

/** A program of that name that does what the shell script says. */
function program(script: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "identilint é ")), "identilint");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const asked = (file: string) => version({ file, origin: "setting" });

test("the version of a server that is new enough", { skip }, async () => {
  assert.equal(await asked(program('[ "$1" = --version ] && echo identilint 7.8.9')), "7.8.9");
});

test("a server that is too old, another program and one that fails are told apart", { skip }, async () => {
  await assert.rejects(asked(program("echo identilint 0.0.9")), /identilint 0\.0\.9, which is too old: at least 0\.1\.0 is needed$/);
  await assert.rejects(asked(program("echo something else 1.0.0")), /is not identilint$/);
  await assert.rejects(asked(program("echo broken >&2; exit 3")), /cannot be run: broken$/);
  await assert.rejects(asked("/nowhere/identilint"), /cannot be run: .*ENOENT/);
});

test("arguments reach the program as they are", { skip }, async () => {
  assert.equal(await run(program('printf "%s|" "$@"'), ["a b", "$(id)", "é;"]), "a b|$(id)|é;|");
});

test("the PATH of this machine is searched", { skip }, () => {
  const file = program("exit 0");
  const before = process.env["PATH"];
  process.env["PATH"] = `.:${path.dirname(file)}`;
  try {
    assert.deepEqual(findBinary("", "/nowhere", machine()), { file, origin: "path" });
  } finally {
    process.env["PATH"] = before;
  }
});
