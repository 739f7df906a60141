# shellcheck shell=bash
# What findings are compared with. Part of run.sh.

# A setting for every git that is started from here, by identilint, too. The environment can say what a repository's own
# configuration cannot.
configure() { # KEY VALUE
  local count=${GIT_CONFIG_COUNT:-0}
  case $count in *[!0-9]*) count=0 ;; esac
  export "GIT_CONFIG_KEY_$count=$1" "GIT_CONFIG_VALUE_$count=$2" GIT_CONFIG_COUNT=$((count + 1))
}

# The root of the repository that the first path is in.
find_repository() {
  local start=${paths[0]}
  case $start in /* | [A-Za-z]:*) start=$(posix "$start") ;; *) start=./$start ;; esac
  [ -d "$start" ] || start=${start%/*}/
  repository=$workspace
  if cd -P -- "$start" 2>/dev/null; then
    while [ ! -e .git ] && [ "$PWD" != "$workspace" ] && [ "$PWD" != / ]; do
      cd -P .. || break
    done
    [ ! -e .git ] || repository=$PWD
    cd -- "$workspace" || die "the workspace is gone"
  fi
  # In a container the workspace belongs to another user, and git would refuse it.
  configure safe.directory "$(native "$repository")"
  configure safe.bareRepository explicit
}

# Git without what a repository may have it start.
quiet_git() {
  GIT_TERMINAL_PROMPT=0 GIT_ASKPASS='' SSH_ASKPASS='' GIT_NO_LAZY_FETCH=1 git -C "$repository" --no-pager \
    -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.askPass= -c credential.helper= -c gc.auto=0 \
    -c maintenance.auto=false "$@"
}

is_there() { quiet_git cat-file -e "$1^{commit}" 2>/dev/null; }

# Fetches one commit of this repository, without its history where the clone has none either.
fetch() { # COMMIT
  local server=${GITHUB_SERVER_URL:-https://github.com} depth=()
  [ "$(quiet_git rev-parse --is-shallow-repository)" != true ] || depth=(--depth=1)
  (
    export GIT_ALLOW_PROTOCOL=https
    [ "$on_runner" = true ] || GIT_ALLOW_PROTOCOL=https:file
    if [ -n "$token" ]; then
      # The empty value takes back what a checkout may have left there: GitHub refuses two.
      configure "http.$server/.extraheader" ''
      configure "http.$server/.extraheader" "AUTHORIZATION: basic $(printf 'x-access-token:%s' "$token" | base64 | tr -d '\n')"
    fi
    quiet_git fetch --quiet --no-tags --no-recurse-submodules --no-write-fetch-head ${depth[@]+"${depth[@]}"} \
      -- "$server/$GITHUB_REPOSITORY" "$1"
  ) >"$work/git" 2>&1
}

# Makes sure that a commit is there. No findings for want of a base would read as clean, and all of them as the pull
# request's: so the step fails if it cannot be had.
need() { # COMMIT
  is_there "$1" && return
  fetch "$1" && is_there "$1" && return
  die "the base $1 is not in this clone and cannot be fetched: check out with \`fetch-depth: 0\`, or say \`since: none\` to count everything. Git says: $(beginning "$work/git")"
}

# The base of a pull request or of a merge queue, in `since`.
choose_base() {
  local pattern='^[0-9a-f]{40}([0-9a-f]{24})?$' head parents
  [ -n "$base" ] || return 0
  [[ $base =~ $pattern && $tip =~ $pattern ]] || die "the event names no commits as base and head"
  command -v git >/dev/null || die "git is not there, and only git knows the base: install it, or say \`since: none\`"
  head=$(quiet_git rev-parse --verify --quiet 'HEAD^{commit}' 2>"$work/git") ||
    die "the workspace is no git checkout, so there is no base to compare with: check out with \`actions/checkout\`, or say \`since: none\`. $(beginning "$work/git")"
  # What the commit itself says: in a shallow clone nothing else knows.
  parents=$(quiet_git cat-file commit "$head" | sed -n '/^$/q;s/^parent //p')
  if [ "${parents#*"$nl"}" = "$tip" ] && [ "$parents" != "$tip" ]; then
    # The merge that GitHub makes to test a pull request: its other side is the base as it is now.
    since=${parents%%"$nl"*}
    need "$since"
  elif [ "$head" = "$tip" ] && [ "${GITHUB_EVENT_NAME:-}" = merge_group ]; then
    # The group of a merge queue stands on its base.
    since=$base
    need "$since"
  elif [ "$head" = "$tip" ]; then
    # The branch itself is compared with where it left the base.
    need "$base"
    since=$(quiet_git merge-base "$base" "$head" 2>/dev/null) || {
      since=$base
      notice "this clone does not go back to where the branch left its base. It is compared with the base of today: what was mended there since counts as new. \`fetch-depth: 0\` helps"
    }
  else
    since=$base
    need "$since"
    warning "what is checked out, $head, is neither the pull request's head nor its merge: if it is the base, nothing of the pull request is looked at"
  fi
}

# Leaves the commit to compare with in `since`; nothing if there is none.
choose_since() { # INPUT
  local pattern='^[0-9a-f]{40}([0-9a-f]{24})?$'
  since=$1
  case $since in
    none) since='' ;;
    '') choose_base ;;
    *) ! [[ $since =~ $pattern ]] || need "$since" ;;
  esac
}
