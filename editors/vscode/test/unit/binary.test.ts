import assert from "node:assert/strict";
import { test } from "node:test";

import { findBinary, type Machine, origin } from "../../src/binary";

function unix(files: string[], searchPath = "/usr/bin:/opt/bin"): Machine {
  return { windows: false, home: "/home/zoë", searchPath, isFile: (file) => files.includes(file) };
}

function windows(files: string[], searchPath: string): Machine {
  return { windows: true, home: "C:\\Users\\zoë", searchPath, isFile: (file) => files.includes(file) };
}

test("the setting comes before the one that came along, and that before the PATH", () => {
  const all = ["/my/identilint", "/ext/bin/identilint", "/opt/bin/identilint"];
  assert.deepEqual(findBinary(" /my/identilint ", "/ext", unix(all)), { file: "/my/identilint", origin: "setting" });
  assert.deepEqual(findBinary("", "/ext", unix(all)), { file: "/ext/bin/identilint", origin: "bundled" });
  assert.deepEqual(findBinary("", "/ext", unix(all.slice(2))), { file: "/opt/bin/identilint", origin: "path" });
  assert.match(JSON.stringify(findBinary("", "/ext", unix([]))), /There is no identilint/);
});

test("a setting that names no file is an error, whatever else there is", () => {
  const found = findBinary("/gone/identilint", "/ext", unix(["/ext/bin/identilint"]));
  assert.deepEqual(found, { problem: "The setting identilint.path names no file: /gone/identilint" });
});

test("a setting that is no full path is an error: it would be looked up in the workspace", () => {
  for (const setting of ["identilint", "./identilint", "bin/identilint", "${workspaceFolder}/identilint"]) {
    const found = findBinary(setting, "/ext", unix([setting, "/ext/bin/identilint"]));
    assert.deepEqual(found, { problem: `The setting identilint.path must be a full path; it is ${setting}` });
  }
});

test("the home folder has its sign", () => {
  const found = findBinary("~/bin/identilint", "/ext", unix(["/home/zoë/bin/identilint"]));
  assert.deepEqual(found, { file: "/home/zoë/bin/identilint", origin: "setting" });
  const file = "C:\\Users\\zoë\\bin\\identilint.exe";
  assert.deepEqual(findBinary("~\\bin\\identilint.exe", "C:\\ext", windows([file], "")), { file, origin: "setting" });
});

test("folders of the PATH that depend on the current folder do not count", () => {
  const files = ["identilint", "./identilint", "bin/identilint", "/usr/bin/identilint"];
  for (const searchPath of [".:/usr/bin", ":/usr/bin", "bin:/usr/bin", "./:/usr/bin"]) {
    assert.deepEqual(findBinary("", "/ext", unix(files, searchPath)), { file: "/usr/bin/identilint", origin: "path" });
  }
  assert.ok("problem" in findBinary("", "/ext", unix(files, ".:bin:")));
});

test("Windows has its own names and separators", () => {
  const files = ["C:\\ext\\bin\\identilint.exe", "D:\\tools\\identilint.exe", "identilint.exe"];
  assert.deepEqual(findBinary("", "C:\\ext", windows(files, "")), { file: files[0], origin: "bundled" });
  const found = findBinary("", "C:\\other", windows(files, ".;C:\\Windows;D:\\tools"));
  assert.deepEqual(found, { file: files[1], origin: "path" });
});

test("people are told where it comes from", () => {
  assert.equal(origin({ file: "/x/identilint", origin: "bundled" }), "came with the extension");
  assert.match(origin({ file: "/x/identilint", origin: "path" }), /PATH.*\/x\/identilint/);
  assert.match(origin({ file: "/x/identilint", origin: "setting" }), /identilint\.path.*\/x\/identilint/);
});
