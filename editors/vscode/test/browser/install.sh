#!/usr/bin/env bash
# Installs a VS Code that runs in a browser (code-server) into a directory: install.sh DIR
#
# Everything comes from the npm registry and Debian's packages. The package's own post-install scripts would download
# prebuilt binaries from elsewhere, so they stay off and the few native modules are compiled here instead.
# Takes some minutes and 600 MB. A directory that already holds a working installation is left as it is.
set -euo pipefail

# A newer VS Code wants a newer Node.js than 20; this one is newer than what the extension asks for.
version=4.99.4
playwright=1.65.1

[ $# -eq 1 ] || { echo "usage: $0 DIR" >&2; exit 2; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
server=$dir/node_modules/code-server
stamp=$dir/installed-$version-$playwright
[ ! -e "$stamp" ] || { echo "code-server $version is installed in $dir"; exit 0; }

# Headers for the native modules, the search tool that VS Code calls, and the browser.
packages=()
for package in libkrb5-dev libsecret-1-dev libx11-dev libxkbfile-dev ripgrep chromium; do
  dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || packages+=("$package")
done
if [ ${#packages[@]} -gt 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" >/dev/null
fi

quiet=(--no-audit --no-fund --ignore-scripts --loglevel=error)
[ -e "$dir/package.json" ] || echo '{ "private": true }' >"$dir/package.json"
npm install --prefix "$dir" "${quiet[@]}" "code-server@$version" "playwright-core@$playwright"
# Logging in is refused without it, even though no password is asked for.
npm rebuild --prefix "$dir" argon2 --loglevel=error

cd "$server/lib/vscode"
npm install "${quiet[@]}" --omit=dev --legacy-peer-deps
for module in @vscode/spdlog @parcel/watcher @vscode/sqlite3 native-watchdog kerberos node-pty; do
  # The editor starts without any one of them: no terminal without node-pty, for example.
  npm rebuild "$module" --loglevel=silent >/dev/null 2>&1 || echo "not built, and not needed here: $module"
done
mkdir -p node_modules/@vscode/ripgrep/bin
ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg

# It writes a configuration file into the home folder whatever it is asked.
HOME=$dir/home node "$server/out/node/entry.js" --version
touch "$stamp"
