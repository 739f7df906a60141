#!/usr/bin/env bash
# Builds what a release has for a platform: bash scripts/build-archive.sh TARGET DIRECTORY
# Writes DIRECTORY/identilint-v<version>-<target>.tar.gz, and for Windows a .zip of the same. The program is run to have its
# manual and completions, so the machine must be of the target's kind.
set -euo pipefail

[ $# -eq 2 ] || { echo "usage: build-archive.sh TARGET DIRECTORY" >&2; exit 2; }
target=$1
mkdir -p -- "$2"
out=$(cd -- "$2" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
python=$(command -v python3 || command -v python)
version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' Cargo.toml)
name=identilint-v$version-$target
program=identilint
case $target in *-windows-*) program=identilint.exe ;; esac

# Without --target the host's build is the one that everything else here shares.
built=${CARGO_TARGET_DIR:-target}
if [ "$target" = "$(rustc -vV | sed -n 's/^host: //p')" ]; then
  cargo build --release --locked --bin identilint
  built=$built/release/$program
else
  cargo build --release --locked --bin identilint --target "$target"
  built=$built/$target/release/$program
fi
said=$("$built" --version | tr -d '\r')
[ "$said" = "identilint $version" ] || { echo "the program calls itself \`$said\`, not version $version" >&2; exit 1; }
case $target in
  *-musl)
    # With no interpreter it needs nothing of the system that it runs on.
    if readelf --program-headers "$built" | grep --quiet INTERP; then
      echo "$built is not static" >&2
      exit 1
    fi
    ;;
esac

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
mkdir -p -- "$work/$name/completions"
cp -- "$built" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$work/$name/"
"$built" man >"$work/$name/identilint.1"
"$built" completions bash >"$work/$name/completions/identilint.bash"
"$built" completions zsh >"$work/$name/completions/_identilint"
"$built" completions fish >"$work/$name/completions/identilint.fish"
"$built" completions powershell >"$work/$name/completions/_identilint.ps1"
"$built" completions elvish >"$work/$name/completions/identilint.elv"

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
"$python" scripts/pack.py "$work/$name" "$out/$name.tar.gz"
case $target in *-windows-*) "$python" scripts/pack.py "$work/$name" "$out/$name.zip" ;; esac
