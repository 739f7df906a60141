// Packages the extension: node scripts/package.mjs --out FILE.vsix [--binary IDENTILINT --target PLATFORM]
//
// With a binary, it comes along in bin/ and the package is for that platform only (`linux-x64`, `darwin-arm64`,
// `win32-x64`, ...). Without one the package runs everywhere, with an identilint that is already there.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const repository = join(root, "../..");

const { values } = parseArgs({ options: { out: { type: "string" }, binary: { type: "string" }, target: { type: "string" } } });
if (!values.out || Boolean(values.binary) !== Boolean(values.target)) {
  console.error("usage: node scripts/package.mjs --out FILE.vsix [--binary IDENTILINT --target PLATFORM]");
  process.exit(2);
}

execFileSync(process.execPath, [join(root, "scripts/build.mjs")], { stdio: "inherit" });
writeFileSync(join(root, "LICENSE.txt"), licence());
writeFileSync(join(root, "THIRD-PARTY-NOTICES.txt"), notices());

const bin = join(root, "bin");
rmSync(bin, { recursive: true, force: true });
if (values.binary) {
  mkdirSync(bin);
  const name = values.target.startsWith("win32-") ? "identilint.exe" : "identilint";
  copyFileSync(values.binary, join(bin, name));
  chmodSync(join(bin, name), 0o755);
}
mkdirSync(dirname(resolve(values.out)), { recursive: true });
const vsce = join(root, "node_modules/@vscode/vsce/vsce");
const target = values.target ? ["--target", values.target] : [];
execFileSync(process.execPath, [vsce, "package", "--no-dependencies", "--out", resolve(values.out), ...target], {
  cwd: root,
  stdio: "inherit",
});

function licence() {
  const text = (name) => readFileSync(join(repository, name), "utf8").trim();
  const line = "-".repeat(80);
  return [
    "identilint may be used under the MIT licence or the Apache License 2.0, as you choose.",
    ...["LICENSE-MIT", "LICENSE-APACHE"].flatMap((name) => [line, text(name)]),
    "",
  ].join("\n\n");
}

/** The licences of the packages whose code is in the bundle. */
function notices() {
  const inputs = JSON.parse(readFileSync(join(root, "out/bundled.json"), "utf8"));
  const packages = new Set(inputs.map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1]).filter(Boolean));
  const texts = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((name) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(name));
    if (!file || !existsSync(join(root, folder, file))) {
      throw new Error(`${name} has no licence text`);
    }
    return `${name} ${version} (${license})\n\n${readFileSync(join(root, folder, file), "utf8").trim()}`;
  });
  return `The extension's code contains these packages.\n\n${texts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
