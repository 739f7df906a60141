# shellcheck shell=bash
# What the workflow asks for. Part of run.sh.

# A path as bash writes it, and as other programs of this system do.
posix() { if command -v cygpath >/dev/null; then cygpath -u -- "$1"; else printf '%s' "$1"; fi; }
native() { if command -v cygpath >/dev/null; then cygpath -m -- "$1"; else printf '%s' "$1"; fi; }

# Leaves in the PATH what the runner has: nothing relative, and nothing of the workspace, where a program that has the
# name of a tool may have been checked out.
clean_path() {
  local rest=$PATH: entry kept=
  while [ -n "$rest" ]; do
    entry=${rest%%:*}
    rest=${rest#*:}
    case $entry in /*) ;; *) continue ;; esac
    cd -P -- "$entry" 2>/dev/null || continue
    case $PWD/ in "$workspace"/*) continue ;; esac
    kept=$kept:$PWD
  done
  cd -- "$workspace" || die "the workspace is gone"
  PATH=${kept#:}
}

# An input of one line: what stands in an option, an output or a message must not begin another.
single() { # NAME VALUE
  case $2 in
    *[[:cntrl:]]*) die "the input \`$1\` holds a line end or another control character" ;;
  esac
}

# Paths: one on each line, without the blanks around it. Nothing in a path has a meaning.
read_paths() { # TEXT
  local line
  paths=()
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [ -z "$line" ] || paths+=("$line")
  done <<<"$1"
  [ "${#paths[@]}" -gt 0 ] || paths=(.)
}

# Arguments: words between blanks and line ends. Quotes of either kind keep a word together. Backslashes, dollars, stars
# and the like are themselves.
read_arguments() { # TEXT
  local text=$1 char word='' open='' quote='' index=0
  arguments=()
  [ "${#text}" -le 8192 ] || die "the input \`args\` is longer than 8192 bytes"
  while [ "$index" -lt "${#text}" ]; do
    char=${text:$index:1}
    index=$((index + 1))
    if [ -n "$quote" ]; then
      if [ "$char" = "$quote" ]; then quote=''; else word=$word$char; fi
      continue
    fi
    case $char in
      "'" | '"') quote=$char open=yes ;;
      ' ' | "$tab" | "$nl" | "$cr")
        [ -z "$open" ] || arguments+=("$word")
        word='' open=''
        ;;
      *) word=$word$char open=yes ;;
    esac
  done
  [ -z "$quote" ] || die "the input \`args\` has a quote $quote that is not closed"
  [ -z "$open" ] || arguments+=("$word")
}

# Where the SARIF report goes. A symbolic link that was checked out must not lead it to another file.
choose_sarif() { # FILE
  local file rest part below
  if [ -z "$1" ]; then
    # Stays when the step ends, for the one that uploads it.
    sarif=$(mktemp -d "$temporary/identilint-sarif.XXXXXX")/identilint.sarif
    return
  fi
  file=$(posix "$1")
  case $file in
    "$workspace"/*) below=${file#"$workspace"/} ;;
    "$(posix "$GITHUB_WORKSPACE")"/*) below=${file#"$(posix "$GITHUB_WORKSPACE")"/} ;;
    /*)
      sarif=$file
      return
      ;;
    *) below=$file ;;
  esac
  sarif=$workspace
  rest=$below/
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    rest=${rest#*/}
    [ "$part" != .. ] || die "the input \`sarif-file\` leads out of the workspace; an absolute path may"
    sarif=$sarif/$part
    [ ! -L "$sarif" ] || die "the input \`sarif-file\` leads over a symbolic link in the workspace, which is not followed"
  done
}
