#!/usr/bin/env bash
# The steps of the GitHub Action: gets identilint, runs it once, and hands GitHub what came out. docs/github.md says what
# is promised; tests/action runs this file with what a runner gives it.
#
# What a workflow says comes in through the environment (action.yml) and is compared, or passed on as one argument: it is
# never evaluated, split by the shell or expanded. Nothing of what was checked out is executed.
# For bash 3.2, which macOS has, and for the bash of Git for Windows.
set -euo pipefail
set -o noglob
unset BASH_ENV ENV CDPATH GIT_DIR GIT_WORK_TREE GIT_COMMON_DIR GIT_INDEX_FILE GIT_NAMESPACE
# Bytes, and messages that can be compared. Git's bash needs to know how arguments are written that it hands to Windows.
export LC_ALL=C
[ -z "${MSYSTEM:-}" ] || LC_ALL=C.UTF-8

# Programs that are started here get it only if they need it.
token=${IDENTILINT_TOKEN:-}
unset IDENTILINT_TOKEN

root=$(cd -P -- "${BASH_SOURCE[0]%/*}/.." && pwd -P)
cd -P -- "${GITHUB_WORKSPACE:?this runs in GitHub Actions}"
workspace=$PWD
nl=$'\n' cr=$'\r' tab=$'\t'
# Only the tests of this script say otherwise: a runner always sets it, and no workflow can change it.
on_runner=true
[ "${GITHUB_ACTIONS:-}" = true ] || on_runner=false

# shellcheck source=action/tell.sh
. "$root/action/tell.sh"
# shellcheck source=action/inputs.sh
. "$root/action/inputs.sh"
# shellcheck source=action/install.sh
. "$root/action/install.sh"
# shellcheck source=action/since.sh
. "$root/action/since.sh"

clean_path
temporary=$(posix "${RUNNER_TEMP:-/tmp}")
work=$(mktemp -d "$temporary/identilint.XXXXXX")
trap 'rm -rf -- "$work"' EXIT

config=${IDENTILINT_CONFIG:-} persona=${IDENTILINT_PERSONA:-} fail_on=${IDENTILINT_FAIL_ON:-}
base=${IDENTILINT_BASE:-} tip=${IDENTILINT_HEAD:-}
single config "$config"
single persona "$persona"
single fail-on "$fail_on"
single since "${IDENTILINT_SINCE:-}"
single sarif-file "${IDENTILINT_SARIF_FILE:-}"
single version "${IDENTILINT_VERSION:-}"
read_paths "${IDENTILINT_PATHS:-}"
read_arguments "${IDENTILINT_ARGS:-}"
choose_sarif "${IDENTILINT_SARIF_FILE:-}"
install "${IDENTILINT_VERSION:-}"
find_repository
choose_since "${IDENTILINT_SINCE:-}"
# Nothing that follows needs it.
token=''

# Values stand in one word with their option, so that none of them can be another option.
command=("$identilint" check --no-progress --color=never --omit-suppressed=sarif --format=github
  "--format=json=$(native "$work/report.json")" "--format=sarif=$(native "$sarif")"
  "--format=markdown=$(native "$work/summary.md")" "--format=text=$(native "$work/report.txt")")
[ -z "$config" ] || command+=("--config=$config")
[ -z "$persona" ] || command+=("--persona=$persona")
[ -z "$fail_on" ] || command+=("--fail-on=$fail_on")
[ -z "$since" ] || command+=("--since=$since")
command+=(${arguments[@]+"${arguments[@]}"} -- "${paths[@]}")

code=0
# The settings of MSYS keep Git for Windows from rewriting what looks like a path.
MSYS_NO_PATHCONV=1 MSYS2_ARG_CONV_EXCL='*' "${command[@]}" >"$work/annotations" 2>"$work/errors" || code=$?

# A number of the summary in the JSON report. No text in there can look like this: its lines are longer.
number() { # NAME
  sed -n '/^  "summary": {$/,/^  }/s/^    "'"$1"'": \([0-9]*\),\{0,1\}$/\1/p' "$work/report.json"
}

if [ -s "$work/report.json" ]; then
  [ -z "${GITHUB_STEP_SUMMARY:-}" ] || cat -- "$work/summary.md" >>"$GITHUB_STEP_SUMMARY"
  output findings "$(number findings)"
  output new-findings "$(number new)"
  output sarif "$(native "$sarif")"
  # Made for the runner: what comes from the code is escaped in it.
  cat -- "$work/annotations"
  fold "identilint in full" "$work/report.txt"
fi
case $code in
  0 | 1) show "$work/errors" ;;
  *)
    [ -s "$work/errors" ] || die "identilint could not read everything: its report in full says what"
    die "identilint ended with $code: $(beginning "$work/errors")"
    ;;
esac
exit "$code"
