#!/usr/bin/env bash
# Prints the Homebrew formula of a release: bash scripts/fill-formula.sh VERSION SHA256SUMS
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: fill-formula.sh VERSION SHA256SUMS" >&2; exit 2; }
version=$1 sums=$2
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || { echo "\`$version\` is no version" >&2; exit 2; }
formula=$(cat -- "$(dirname -- "${BASH_SOURCE[0]}")/../packaging/identilint.rb")
formula=${formula//@VERSION@/$version}
while [[ $formula =~ @SHA256\ ([a-z0-9_-]+)@ ]]; do
  target=${BASH_REMATCH[1]}
  sum=$(awk -v name="identilint-v$version-$target.tar.gz" '$2 == name || $2 == "*" name { print $1 }' "$sums")
  [[ $sum =~ ^[0-9a-f]{64}$ ]] || { echo "$sums has no checksum of version $version for $target" >&2; exit 1; }
  formula=${formula//@SHA256 $target@/$sum}
done
printf '%s\n' "$formula"
