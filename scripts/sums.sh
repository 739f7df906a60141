#!/usr/bin/env bash
# Writes SHA256SUMS for all other files of a directory, in it: bash scripts/sums.sh DIRECTORY
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: sums.sh DIRECTORY" >&2; exit 2; }
cd -- "$1"
rm -f -- SHA256SUMS
files=(*)
[ -f "${files[0]}" ] || { echo "$1 has no files" >&2; exit 1; }
sums=$(sha256sum -- "${files[@]}")
printf '%s\n' "$sums" >SHA256SUMS
