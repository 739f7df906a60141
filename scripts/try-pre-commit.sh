#!/usr/bin/env bash
# The hooks as a user has them: the configurations of docs/pre-commit.md, as they stand there, with the real pre-commit in
# scratch repositories. bash scripts/try-pre-commit.sh [HOOK...]
#
# IDENTILINT: a built program, for the hook that takes what is installed. WHEELS: a directory with the built wheel;
# without it, the wheel is built. Packages of Python's index that this needs are installed from there.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/shown-in.sh
. "$root/scripts/shown-in.sh"
hooks=("$@")
[ ${#hooks[@]} -gt 0 ] || hooks=(identilint-system identilint-rust identilint)
version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' "$root/Cargo.toml")
page=$root/docs/pre-commit.md
program=${IDENTILINT:-$root/target/release/identilint}
[ -x "$program" ] || { echo "no built identilint at $program" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
# As in .ci/run, only that a package cannot be fetched is forgiven.
if ! python3 -m venv "$work/tools" || ! "$work/tools/bin/pip" install --quiet pre-commit; then
  echo "pre-commit cannot be installed from here: the hooks are not tried"
  exit 0
fi
precommit=$work/tools/bin/pre-commit
"$precommit" validate-manifest "$root/.pre-commit-hooks.yaml"

# The repository as it would be at its tag, in the place of the one that the page names. git alone is told.
mkdir -p "$work/published" "$work/bin" "$work/wheels"
cp -- "$program" "$work/bin/identilint"
(cd -- "$root" && git ls-files --cached --others --exclude-standard -z |
  while IFS= read -r -d '' file; do if [ -f "$file" ]; then printf '%s\0' "$file"; fi; done |
  tar --create --null --no-recursion --files-from=- --file=-) | tar --extract --file=- --directory="$work/published"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=4 \
  GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0=test \
  GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=test@example.invalid \
  GIT_CONFIG_KEY_2="url.$work/published.insteadOf" GIT_CONFIG_VALUE_2=https://github.com/identilint/identilint \
  GIT_CONFIG_KEY_3=init.defaultBranch GIT_CONFIG_VALUE_3=main
git -C "$work/published" init --quiet
git -C "$work/published" add --all --force
git -C "$work/published" commit --quiet --message published
git -C "$work/published" tag "v$version"
export PRE_COMMIT_HOME=$work/cache CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
path=$PATH

fail() { printf 'FAILED: %s\n' "$*" >&2; [ ! -f "$work/out" ] || cat -- "$work/out" >&2; exit 1; }

# Commits what is in the working tree.
commit() { git add --all && git commit --quiet --message x >"$work/out" 2>&1; }
passes() { # WHAT
  commit || fail "stopped: $1"
  printf '  passes: %s\n' "$1"
}
# Stopped for this reason, and not committed.
stopped() { # WHAT WORD
  local before
  before=$(git rev-parse HEAD)
  if commit; then fail "not stopped: $1"; fi
  grep --quiet --fixed-strings -- "$2" "$work/out" || fail "stopped, but not for $2: $1"
  [ "$(git rev-parse HEAD)" = "$before" ] || fail "committed: $1"
  git reset --quiet --hard
  printf '  stopped: %s\n' "$1"
}
# A repository with an app that is right, and a hook.
shop() { # CONFIGURATION
  rm -rf -- "$work/shop"
  cp -R -- "$root/fixtures/showcase/terraform-fixed" "$work/shop"
  cd -- "$work/shop"
  # As somebody may write it who thinks of the slots of today.
  sed -i.orig 's/^  for_each = var.slots$/  for_each = toset(["canary", "staging"])/' main.tf
  cmp --silent main.tf main.tf.orig && fail "the showcase has changed"
  rm -- main.tf.orig
  git init --quiet
  printf '%s\n' "$1" >.pre-commit-config.yaml
  git add --all
  git commit --quiet --no-verify --message 'Without a hook'
  "$precommit" install >/dev/null
}
break_a_grant() { sed -i.orig '/"slots_vault"/,/^}/s/principal_id  *=.*/principal_id = azurerm_user_assigned_identity.deploy.client_id/' main.tf && rm main.tf.orig; }
add_a_slot() { sed -i.orig 's/^slots = {$/slots = {\n  beta = {\n    environment = "Beta"\n  }/' terraform.tfvars && rm terraform.tfvars.orig; }

try() { # CONFIGURATION
  shop "$1"
  "$precommit" run --all-files >"$work/out" 2>&1 || fail "all files, of an app that is right"
  printf '\n# Nothing.\n' >>main.tf
  passes 'a good change'
  break_a_grant
  stopped 'a grant to the wrong id' wrong-principal-id
  add_a_slot
  stopped 'a variables file that breaks a slot in another file' slot-without-role
  printf '{"name": "shop"}\n' >package.json
  passes 'JSON that is no template, alone'
  mkdir -p 'modules/größe (alt)'
  printf '\xef\xbb\xbflocals {\r\n  größe = 1\r\n}\r\n' >'modules/größe (alt)/locals.tf'
  passes 'a file with a byte order mark, CRLF, and a name with blanks and umlauts'
  printf 'notes\n' >notes.txt
  passes 'a file of no kind that is looked at'
  printf 'select = ["slotz"]\n' >identilint.toml
  stopped 'configuration that is wrong' identilint.toml
  git rm --quiet modules/app/outputs.tf
  passes 'a commit that only deletes, which pre-commit does not show to hooks that are given files'
}

for hook in "${hooks[@]}"; do
  printf '%s\n' "$hook"
  export PATH=$path
  unset PIP_NO_INDEX PIP_FIND_LINKS
  case $hook in
    identilint-system) PATH=$work/bin:$path ;;
    identilint)
      if [ -n "${WHEELS:-}" ]; then
        cp -- "$WHEELS"/identilint-"$version"-*.whl "$work/wheels/"
      else
        "$work/tools/bin/pip" install --quiet maturin
        MATURIN=$work/tools/bin/maturin bash "$root/scripts/build-wheel.sh" "$work/wheels"
      fi
      "$work/tools/bin/pip" download --quiet --dest "$work/wheels" setuptools
      # As if the wheel were published, and with no toolchain that could build it instead.
      export PIP_NO_INDEX=1 PIP_FIND_LINKS=$work/wheels
      mkdir -p "$work/none"
      for tool in cargo rustc rustup maturin identilint; do
        printf '#!/bin/sh\necho "%s was asked for" >&2\nexit 1\n' "$tool" >"$work/none/$tool"
        chmod +x "$work/none/$tool"
      done
      PATH=$work/none:$path
      ;;
  esac
  configuration=$(shown_in "$page" "config: identilint" | sed "s/- id: identilint\$/- id: $hook/")
  try "$configuration"
  case $hook in
    identilint-system)
      [ "$configuration" = "$(shown_in "$page" "config: $hook")" ] || fail "the page shows two different configurations"
      configuration=$(shown_in "$page" "config: args")
      shop "$configuration"
      break_a_grant
      passes 'a finding that is not critical, with args: [--fail-on, critical]'
      configuration=$(shown_in "$page" "config: whole")
      shop "$configuration"
      printf '\n# Nothing.\n' >>main.tf
      passes 'a good change, since HEAD'
      add_a_slot
      stopped 'a variables file that breaks a slot in another file, since HEAD' slot-without-role
      sed -n '/^resource "azurerm_role_assignment" "app_vault"/,/^}/p' main.tf >grants.tf
      sed -i.orig '/^resource "azurerm_role_assignment" "app_vault"/,/^}/d' main.tf && rm main.tf.orig
      passes 'a grant that moves to another file, since HEAD'
      git rm --quiet grants.tf
      stopped 'a commit that only deletes a grant, since HEAD' key-vault-reference-without-access
      ;;
    identilint)
      configuration=$(shown_in "$page" "config: local")
      shop "$configuration"
      break_a_grant
      stopped 'a grant to the wrong id, with a local hook' wrong-principal-id
      ;;
  esac
  cd -- "$root"
done
