#!/usr/bin/env bash
# Whether everything that carries a version carries that of a tag: bash scripts/check-release.sh TAG
# tests/packages.rs asks the same of the files without a tag; this is the last look before anything is published.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: check-release.sh TAG" >&2; exit 2; }
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
wanted=${1#v}
[ "$1" = "v$wanted" ] || { echo "the tag \`$1\` does not begin with v" >&2; exit 1; }
wrong=0

is() { # WHERE VERSION
  [ "$2" = "$wanted" ] && return
  echo "$1 has version \`$2\`, the tag says \`$wanted\`" >&2
  wrong=1
}
first() { sed -n "$1{s/$2/\\1/p;q;}" "$3"; } # LINE PATTERN FILE

is Cargo.toml "$(first '/^version = "/' '^version = "\(.*\)"$' Cargo.toml)"
is Cargo.lock "$(sed -n '/^name = "identilint"$/{n;s/^version = "\(.*\)"$/\1/p;q;}' Cargo.lock)"
is pyproject.toml "$(first '/^version = "/' '^version = "\(.*\)"$' pyproject.toml)"
is "pyproject.toml (the wheel)" "$(first '/"identilint==/' '.*"identilint==\([^"]*\)".*' pyproject.toml)"
is docs/pre-commit.md "$(first '/rev: v/' '.*rev: v\(.*\)$' docs/pre-commit.md)"
if [ -f editors/vscode/package.json ]; then
  is editors/vscode/package.json "$(first '/^  "version": "/' '^  "version": "\(.*\)",$' editors/vscode/package.json)"
fi
grep --quiet --fixed-strings -- "## $wanted" CHANGELOG.md || grep --quiet --fixed-strings -- "## [$wanted]" CHANGELOG.md || {
  echo "CHANGELOG.md has no section for $wanted" >&2
  wrong=1
}
exit "$wrong"
