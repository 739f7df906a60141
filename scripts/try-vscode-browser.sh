#!/usr/bin/env bash
# The packaged VS Code extension in a real VS Code, in a headless browser, on the showcase.
#   bash scripts/try-vscode-browser.sh EXTENSION.vsix SCREENSHOTS [INSTALLATION]
# scripts/try-vscode.sh makes the package. INSTALLATION is where that VS Code is, or is put first, which takes some minutes
# and 600 MB; without it, a folder in the cache of whoever runs this.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
vsix=$(realpath "$1")
shots=$(realpath -m "$2")
installation=$(realpath -m "${3:-${XDG_CACHE_HOME:-$HOME/.cache}/identilint-vscode}")

tests=$(dirname "$0")/../editors/vscode/test/browser
bash "$tests/install.sh" "$installation"
node "$tests/showcase.mjs" "$installation" "$vsix" "$shots"
