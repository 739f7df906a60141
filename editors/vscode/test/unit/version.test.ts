import assert from "node:assert/strict";
import { test } from "node:test";

import { isOlder, OLDEST, parseVersion, show, type Version } from "../../src/version";

function version(text: string): Version {
  const found = parseVersion(`identilint ${text}\n`);
  assert.ok(found, text);
  return found;
}

test("versions are read as they are printed", () => {
  assert.deepEqual(version("0.1.0"), { numbers: [0, 1, 0], pre: "" });
  assert.deepEqual(version("10.20.30-rc.1+linux"), { numbers: [10, 20, 30], pre: "rc.1" });
  assert.equal(show(version("1.2.3-rc.1")), "1.2.3-rc.1");
  assert.equal(parseVersion("identilint 0.1.0\r\n")?.numbers[1], 1);
});

test("what another program prints is no version", () => {
  for (const output of ["", "0.1.0", "identilint", "identilint 1.2", "identilint v1.2.3", "tflint 0.1.0", "not identilint 0.1.0", "identilint 0.1.0x"]) {
    assert.equal(parseVersion(output), undefined, output);
  }
});

test("versions have an order", () => {
  const ascending = ["0.0.9", "0.1.0-rc.1", "0.1.0", "0.1.1", "0.2.0", "0.10.0", "1.0.0"].map(version);
  ascending.forEach((a, i) => {
    ascending.forEach((b, j) => {
      assert.equal(isOlder(a, b), i < j, `${show(a)} ${show(b)}`);
    });
  });
  assert.ok(isOlder(version("0.0.1"), OLDEST));
});
