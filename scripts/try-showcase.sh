#!/usr/bin/env bash
# Whether a program finds what the README says: bash scripts/try-showcase.sh PROGRAM
set -euo pipefail

program=$1
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
code=0
output=$("$program" fixtures/showcase/terraform) || code=$?
# The README shows the whole report.
wanted=$(grep -E '^[0-9]+ findings \(' README.md)
if [ "$code" -ne 1 ] || ! grep --quiet --line-regexp --fixed-strings -- "$wanted" <<<"$(tr -d '\r' <<<"$output")"; then
  printf '%s\nexit code %s, and not: %s\n' "$output" "$code" "$wanted" >&2
  exit 1
fi
"$program" --quiet fixtures/showcase/terraform-fixed
printf '%s: %s, and none in the corrected app\n' "$("$program" --version)" "$wanted"
