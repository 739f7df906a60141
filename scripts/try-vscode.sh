#!/usr/bin/env bash
# Checks the VS Code extension: types, style, its own tests, the package with a server in it, and that server as the
# extension talks to it.
#   IDENTILINT=target/release/identilint bash scripts/try-vscode.sh [EXTENSION.vsix]
# The package is kept where the argument says. Needs Node.js 20 or newer.
set -euo pipefail
here=$(dirname "$0")
: "${IDENTILINT:?must name the program of the server}"
IDENTILINT=$(realpath "$IDENTILINT")
export IDENTILINT
vsix=$(realpath -m "${1:-$here/../editors/vscode/out/identilint.vsix}")
cd "$here/../editors/vscode"

# Only that the packages cannot be fetched is forgiven: what they say is not.
if ! npm view --silent esbuild@0.28.2 version >/dev/null; then
  echo "npm's registry cannot be reached from here: the VS Code extension is not checked"
  exit 0
fi
npm ci --ignore-scripts --silent

npm run --silent check-types
npm run --silent lint
npm test --silent
npm run --silent test-client

node scripts/package.mjs --out "$vsix" --binary "$IDENTILINT" --target linux-x64 >/dev/null
# What is in the package, and nothing else: the server must be there, and may be run.
expected="LICENSE.txt THIRD-PARTY-NOTICES.txt bin/identilint changelog.md dist/extension.js icon.png package.json readme.md"
names=$(python3 - "$vsix" <<'PYTHON'
import sys, zipfile

entries = [entry for entry in zipfile.ZipFile(sys.argv[1]).infolist() if entry.filename.startswith("extension/")]
names = sorted(entry.filename.removeprefix("extension/") for entry in entries)
server = next(entry for entry in entries if entry.filename == "extension/bin/identilint")
assert server.external_attr >> 16 & 0o111, "the server in the package may not be run"
print(*names)
PYTHON
)
if [ "$names" != "$expected" ]; then
  printf 'the package holds\n  %s\nand should hold\n  %s\n' "$names" "$expected" >&2
  exit 1
fi
echo "packaged: $(du -h "$vsix" | cut -f1), with $("$IDENTILINT" --version)"
