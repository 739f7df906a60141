#!/usr/bin/env bash
# Holds SARIF reports against Microsoft's validator, with its rules for the standard and for GitHub code scanning.
#
#   scripts/validate-sarif.sh                     the fixtures of the showcase
#   scripts/validate-sarif.sh FILE.sarif …        these reports
#
# Needs Node's npm, which fetches the validator once (100 MB) into $SARIF_MULTITOOL, or else a temporary folder.
# IDENTILINT names the program; without it, cargo builds and runs it. Fails on any error or warning.
# What is left are notes, which are matters of taste: SARIF2009 wants rule ids such as CS2001 instead of names, SARIF2011
# the lines around each place, which a reader takes from the file.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case "$(uname -s)" in
  Linux) system=linux ;;
  Darwin) system=darwin ;;
  *) system=win32 ;;
esac
tools=${SARIF_MULTITOOL:-$work/npm}
validator=$tools/node_modules/@microsoft/sarif-multitool-$system/Sarif.Multitool
if [ ! -e "$validator" ]; then
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-fund --no-audit --ignore-scripts --silent "@microsoft/sarif-multitool@5.7.0"
fi
# What its install script does.
chmod u+x "$validator"

if [ $# -eq 0 ]; then
  identilint=${IDENTILINT:-}
  if [ -z "$identilint" ]; then
    cargo build --locked --quiet
    identilint=$root/target/debug/identilint
  fi
  for name in terraform bicep arm terraform-fixed; do
    # From the repository's root, and from inside of it.
    "$identilint" --exit-zero --persona auditor --format "sarif=$work/$name.sarif" "fixtures/showcase/$name"
    (cd "fixtures/showcase/$name" && "$identilint" --exit-zero --format "sarif=$work/$name-inside.sarif" .)
  done
  set -- "$work"/*.sarif
fi

failed=0
for log in "$@"; do
  answer=$("$validator" validate "$log" --rule-kind "Sarif;Ghas" --level "Error;Warning" \
    --output "$work/answer.out" --log ForceOverwrite 2>&1) || failed=1
  if printf '%s\n' "$answer" | grep -E ': (error|warning) ' | cut -c 1-300; then failed=1; fi
  # A validator that did not look has found nothing, too.
  printf '%s\n' "$answer" | grep -q 'Analysis completed successfully' || { printf '%s\n' "$answer"; failed=1; }
  echo "validated: $(basename "$log")"
done
exit "$failed"
