#!/usr/bin/env bash
# Installs a wheel in a fresh virtual environment and does what the README does first:
# bash scripts/try-wheel.sh PYTHON WHEEL
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: try-wheel.sh PYTHON WHEEL" >&2; exit 2; }
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' "$root/Cargo.toml")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
"$1" -m venv "$work/env"
bin=$work/env/bin
[ -d "$bin" ] || bin=$work/env/Scripts
"$bin/python" -m pip install --quiet --no-index --no-deps "$2"
said=$("$bin/identilint" --version | tr -d '\r')
[ "$said" = "identilint $version" ] || { echo "the wheel's program calls itself \`$said\`" >&2; exit 1; }
"$bin/python" -m pip check
bash "$root/scripts/try-showcase.sh" "$bin/identilint"
