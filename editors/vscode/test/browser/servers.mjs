// The extension without a server of its own, in a workspace that nobody trusts, in a real VS Code: what people are told,
// how they get on, and that the workspace has no say in it.
//   node servers.mjs INSTALLATION EXTENSION.vsix IDENTILINT SCREENSHOTS
// The extension is one that was packaged without a binary.
import assert from "node:assert/strict";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { until, walk, Workbench } from "./workbench.mjs";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../../../..");
if (process.argv.length !== 6) {
  console.error("usage: node servers.mjs INSTALLATION EXTENSION.vsix IDENTILINT SCREENSHOTS");
  process.exit(2);
}
const [installation, vsix, identilint, shots] = process.argv.slice(2).map((argument) => resolve(argument));
const scratch = mkdtempSync(join(tmpdir(), "identilint-browser-"));
const folder = join(scratch, "showcase");
cpSync(join(repository, "fixtures/showcase/terraform"), folder, { recursive: true });
// What a workspace brings along is never run, whatever it says and wherever it puts it.
const trap = join(scratch, "trapped");
const program = (file, script) => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const own = program(join(folder, "identilint"), `touch '${trap}'; echo identilint 9.9.9`);
mkdirSync(join(folder, ".vscode"));
writeFileSync(join(folder, ".vscode/settings.json"), JSON.stringify({ "identilint.path": own, "identilint.config": "quiet.toml" }));
writeFileSync(join(folder, "quiet.toml"), 'ignore = ["binding", "slots", "access"]\n');

const started = (pids) => (existsSync(pids) ? readFileSync(pids, "utf8").trim().split("\n").map(Number) : []);

const steps = {
  async "no server"(code) {
    await code.open("main.tf");
    await code.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();
    await code.message("There is no identilint").waitFor();
    await code.shot("no-server");
    const message = await code.message("There is no identilint").innerText();
    for (const action of ["Open Settings", "Restart", "Show Output"]) {
      assert.ok(message.includes(action), `${action} in ${message}`);
    }
    assert.match((await code.status().getAttribute("class")) ?? "", /error-kind/);
  },

  async "a server that is too old"(code) {
    code.settings({ "identilint.path": program(join(scratch, "old/identilint"), "echo identilint 0.0.3") });
    await code.message("which is too old: at least").waitFor();
    await code.shot("too-old");
  },

  async "a program that is no server"(code) {
    code.settings({ "identilint.path": program(join(scratch, "new/identilint"), "[ $1 = --version ] && echo identilint 7.0.0") });
    await code.message("does not work as a language server").waitFor();
    await code.shot("no-language-server");
    assert.deepEqual((await code.messages()).filter((text) => /connection|client/i.test(text)), []);
  },

  async "the server of the setting"(code) {
    code.settings({ "identilint.path": identilint });
    await until("findings", async () => (await code.findings()) === 6);
    await code.shot("server-of-setting");
  },

  async "a server that ends is started again, and given up in the end"(code) {
    const pids = join(scratch, "pids");
    const mortal = program(join(scratch, "mortal/identilint"), `[ "$1" = lsp ] && echo $$ >>'${pids}'\nexec '${identilint}' "$@"`);
    code.settings({ "identilint.path": mortal });
    for (let life = 1; life <= 5; life += 1) {
      await until(`life ${life}`, async () => started(pids).length === life && (await code.findings()) === 6);
      process.kill(started(pids).at(-1), "SIGKILL");
    }
    await code.message("has stopped again and again").waitFor();
    await code.shot("given-up");
    assert.equal(started(pids).length, 5);
    await code.message("has stopped again and again").locator("a", { hasText: "Restart" }).click();
    await until("findings after a restart", async () => (await code.findings()) === 6);
  },

  async "switched off and on"(code) {
    code.settings({ "identilint.path": identilint, "identilint.enable": false });
    await until("no findings", async () => (await code.findings()) === 0);
    await code.shot("off");
    code.settings({ "identilint.path": identilint });
    await until("findings", async () => (await code.findings()) === 6);
  },

  async "other settings reach the running server"(code) {
    code.settings({ "identilint.path": identilint, "identilint.minSeverity": "critical" });
    await until("no findings", async () => (await code.findings()) === 0);
    code.settings({ "identilint.path": identilint });
    await until("findings", async () => (await code.findings()) === 6);
  },

  "nothing of the workspace was run"() {
    assert.equal(existsSync(trap), false);
  },
};

// The system's programs, but no identilint.
const searchPath = "/usr/bin:/bin";
const code = await Workbench.start({ installation, scratch, vsix, folder, shots, searchPath, trusted: false });
await walk(code, steps);
rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
