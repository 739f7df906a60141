// Writes the README's table of settings from package.json. With --check it only says whether the table is the right one.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const readme = join(root, "README.md");
const { properties } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).contributes.configuration;

const rows = Object.entries(properties).map(([name, { type, enum: values, default: value, markdownDescription }]) => {
  const kind = values ? values.filter((one) => one !== "").map((one) => `\`${one}\``).join(", ") : type;
  return `| \`${name}\` | ${kind} | ${value === "" ? "" : `\`${value}\``} | ${markdownDescription} |`;
});
const table = ["| Setting | Value | Default | Meaning |", "|---|---|---|---|", ...rows].join("\n");

const before = readFileSync(readme, "utf8");
const after = before.replace(/(<!-- settings -->\n)[^]*?(<!-- \/settings -->)/, (_, start, end) => `${start}${table}\n${end}`);
if (!process.argv.includes("--check")) {
  writeFileSync(readme, after);
} else if (after !== before) {
  console.error("the README's table of settings is not the one of package.json: node scripts/settings-table.mjs");
  process.exit(1);
}
