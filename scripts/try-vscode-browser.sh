#!/usr/bin/env bash
# The packaged VS Code extension in a real VS Code, in a headless browser, on the showcase.
#   IDENTILINT=target/release/identilint bash scripts/try-vscode-browser.sh SCREENSHOTS [INSTALLATION]
# scripts/try-vscode.sh comes first: it fetches what packaging takes. INSTALLATION is where that VS Code is, or is put
# first, which takes some minutes and 600 MB; without it, a folder in the cache of whoever runs this.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
: "${IDENTILINT:?must name the program of the server}"
server=$(realpath "$IDENTILINT")
shots=$(realpath -m "$1")
installation=$(realpath -m "${2:-${XDG_CACHE_HOME:-$HOME/.cache}/identilint-vscode}")

extension=$(realpath "$(dirname "$0")/../editors/vscode")
tests=$extension/test/browser
bash "$tests/install.sh" "$installation"

with=$extension/out/with-server.vsix without=$extension/out/without-server.vsix
node "$extension/scripts/package.mjs" --out "$with" --binary "$server" --target linux-x64 >/dev/null
node "$tests/showcase.mjs" "$installation" "$with" "$shots/showcase"
node "$extension/scripts/package.mjs" --out "$without" >/dev/null
node "$tests/servers.mjs" "$installation" "$without" "$server" "$shots/servers"
