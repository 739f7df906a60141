#!/usr/bin/env bash
# Builds the wheel with maturin: bash scripts/build-wheel.sh DIRECTORY [MATURIN ARGUMENT...]
# The wheel is written to DIRECTORY. With --sdist it comes with the sources, as the release has them.
set -euo pipefail

[ $# -ge 1 ] || { echo "usage: build-wheel.sh DIRECTORY [MATURIN ARGUMENT...]" >&2; exit 2; }
mkdir -p -- "$1"
out=$(cd -- "$1" && pwd)
shift
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# Beside packaging/pypi/pyproject.toml: the one at the root is for pre-commit.
cd -- "$root/packaging/pypi"
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target} exec "${MATURIN:-maturin}" build --release --out "$out" "$@"
