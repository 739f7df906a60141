// Bundles the extension into dist/extension.js, or with --tests every test into out/test/.
import { readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const shared = { absWorkingDir: root, bundle: true, format: "cjs", platform: "node", target: "node20", logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const entryPoints = ["unit", "client"].flatMap((folder) =>
    readdirSync(join(root, "test", folder))
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => `test/${folder}/${name}`),
  );
  await build({ ...shared, entryPoints, outbase: "test", outdir: "out/test", sourcemap: "inline" });
} else {
  const result = await build({
    ...shared,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    external: ["vscode"],
    minify: true,
    metafile: true,
  });
  mkdirSync(join(root, "out"), { recursive: true });
  // What was bundled: packaging collects the licences of these.
  writeFileSync(join(root, "out/bundled.json"), JSON.stringify(Object.keys(result.metafile.inputs), null, 2));
}
