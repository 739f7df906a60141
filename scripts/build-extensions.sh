#!/usr/bin/env bash
# Packages the extension for VS Code with the program of each archive, and once without:
# bash scripts/build-extensions.sh ARCHIVES DIRECTORY
# The packages of the extension are installed already (npm ci).
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: build-extensions.sh ARCHIVES DIRECTORY" >&2; exit 2; }
archives=$(cd -- "$1" && pwd)
mkdir -p -- "$2"
out=$(cd -- "$2" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' Cargo.toml)
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

node editors/vscode/scripts/package.mjs --out "$out/identilint-$version.vsix"
# The static builds run on Alpine, too.
while read -r platform target; do
  archive=$archives/identilint-v$version-$target.tar.gz
  tar -xzf "$archive" -C "$work"
  program=$work/identilint-v$version-$target/identilint
  [ -f "$program" ] || program=$program.exe
  node editors/vscode/scripts/package.mjs --binary "$program" --target "$platform" --out "$out/identilint-$version-$platform.vsix"
done <<'PLATFORMS'
linux-x64 x86_64-unknown-linux-musl
alpine-x64 x86_64-unknown-linux-musl
linux-arm64 aarch64-unknown-linux-musl
alpine-arm64 aarch64-unknown-linux-musl
darwin-x64 x86_64-apple-darwin
darwin-arm64 aarch64-apple-darwin
win32-x64 x86_64-pc-windows-msvc
PLATFORMS
