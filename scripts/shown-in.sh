# shellcheck shell=bash
# What pages show, for the scripts that run it.

# The block of code that follows `<!-- NAME -->` in a page; without one the script stops.
shown_in() { # PAGE NAME
  local text
  text=$(awk -v mark="<!-- $2 -->" '
    index($0, mark) { wanted = 1; next }
    wanted && /^```/ { if (inside) exit; inside = 1; next }
    inside { print }' "$1")
  [ -n "$text" ] || { echo "$1 has no block after <!-- $2 -->" >&2; return 1; }
  printf '%s\n' "$text"
}
