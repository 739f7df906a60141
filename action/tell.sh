# shellcheck shell=bash
# What is said to people and to the runner. Part of run.sh.

# A text as the message of a workflow command: no line of it can be another command.
escaped() {
  local text=$1
  text=${text//\%/%25}
  text=${text//$cr/%0D}
  text=${text//$nl/%0A}
  printf '%s' "$text"
}

notice() { printf '::notice title=identilint::%s\n' "$(escaped "$1")"; }
warning() { printf '::warning title=identilint::%s\n' "$(escaped "$1")"; }

# Ends the step as identilint ends when it cannot answer: 2, which is neither clean nor found.
die() {
  printf '::error title=identilint::%s\n' "$(escaped "$1")"
  exit 2
}

# Shows a text that others had a hand in, such as a report with lines of the code. Until the word comes that nobody can
# guess, the runner takes nothing in it for a command.
show() { # FILE
  [ -s "$1" ] || return 0
  local word
  word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  [ "${#word}" -eq 32 ] || die "there is no source of random numbers"
  printf '::stop-commands::%s\n' "$word"
  cat -- "$1"
  printf '\n::%s::\n' "$word"
}

# The same behind a fold of the log.
fold() { # TITLE FILE
  [ -s "$2" ] || return 0
  printf '::group::%s\n' "$(escaped "$1")"
  show "$2"
  printf '::endgroup::\n'
}

# An output of the step. No value has a line end: see `single`.
output() { # NAME VALUE
  [ -z "${GITHUB_OUTPUT:-}" ] || printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# The first lines of a file, for a message.
beginning() { # FILE
  head -c 2000 -- "$1"
}
