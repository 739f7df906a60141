# shellcheck shell=bash
# Where identilint comes from: the runner's tool cache, a release, or the action's own checkout. Part of run.sh.

# One line of the action's own manifest.
manifest() { # KEY
  sed -n "/^$1 = \"/{s/^$1 = \"\(.*\)\"\$/\1/p;q;}" "$root/Cargo.toml"
}

# The name that a release has for this runner. None: releases know nothing like it.
find_target() {
  program=identilint
  case ${RUNNER_OS:-}/${RUNNER_ARCH:-} in
    Linux/X64) target=x86_64-unknown-linux-musl ;;
    Linux/ARM64) target=aarch64-unknown-linux-musl ;;
    macOS/X64) target=x86_64-apple-darwin ;;
    macOS/ARM64) target=aarch64-apple-darwin ;;
    Windows/X64) target=x86_64-pc-windows-msvc program=identilint.exe ;;
    Windows/*) target='' program=identilint.exe ;;
    *) target='' ;;
  esac
}

sha256() { # FILE
  if command -v sha256sum >/dev/null; then sha256sum <"$1"; else shasum -a 256 <"$1"; fi | cut -d ' ' -f 1
}

# Downloads a file of the release into the work directory. Says why not in `reason`.
get() { # NAME
  local from protocols='=https'
  from=$(manifest repository)/releases/download
  if [ "$on_runner" = false ] && [ -n "${IDENTILINT_TEST_RELEASES:-}" ]; then
    from=$IDENTILINT_TEST_RELEASES
    protocols='=https,file'
  fi
  # --disable comes first: what a .curlrc says does not count.
  if (cd -- "$work" && curl --disable --fail --silent --show-error --location --proto "$protocols" \
    --proto-redir '=https' --tlsv1.2 --retry 3 --connect-timeout 20 --max-time 300 --max-filesize 100000000 \
    --output "$1" -- "$from/v$version/$1") 2>"$work/curl"; then
    return 0
  fi
  reason="\`$1\` of release $version cannot be had ($(tail -n 1 "$work/curl"))"
  return 1
}

# What a list of checksums says of a file, in `sum`.
find_sum() { # LIST NAME
  local first second pattern='^[0-9a-f]{64}$'
  sum=''
  [ -f "$1" ] || return 0
  while read -r first second || [ -n "$first" ]; do
    second=${second%"$cr"}
    [ "${second#\*}" = "$2" ] || continue
    # Two answers are none.
    [[ $first =~ $pattern ]] && [ -z "$sum" ] || die "the checksum of \`$2\` is not one SHA-256"
    sum=$first
  done <"$1"
}

# Whether the release's own workflow made this file. GitHub's own runners have what it takes to ask.
check_attestation() { # FILE
  local repository
  repository=$(manifest repository)
  repository=${repository#https://github.com/}
  if [ -z "$token" ] || [ "${GITHUB_SERVER_URL:-}" != https://github.com ] || ! command -v gh >/dev/null ||
    ! gh attestation verify --help >/dev/null 2>&1; then
    notice "the checksum of \`$1\` is that of the release; who made it was not checked, as gh or a token of github.com is not there"
    return
  fi
  (cd -- "$work" && GH_TOKEN=$token GH_PROMPT_DISABLED=1 gh attestation verify "$1" --repo "$repository" \
    --signer-workflow "$repository/.github/workflows/release.yml") >"$work/gh" 2>&1 ||
    die "\`$1\` is not attested by the project's release workflow, and is not used: $(beginning "$work/gh")"
}

# A release into the work directory. Not to be had: says why in `reason`. Had and wrong: ends the step.
download() {
  local archive=identilint-v$version-$target.tar.gz actual
  [ -n "$target" ] || { reason="there are no releases for ${RUNNER_OS:-this system} on ${RUNNER_ARCH:-this processor}" && return 1; }
  # What the commit of the action vouches for needs no other witness.
  find_sum "$root/action/SHA256SUMS" "$archive"
  local vouched=$sum
  if [ -z "$vouched" ]; then
    get SHA256SUMS || return 1
    find_sum "$work/SHA256SUMS" "$archive"
    [ -n "$sum" ] || { reason="release $version has no \`$archive\`" && return 1; }
  fi
  get "$archive" || return 1
  actual=$(sha256 "$work/$archive")
  [ "$actual" = "$sum" ] ||
    die "\`$archive\` is not what was released, and is not used: its SHA-256 is $actual, and should be $sum"
  [ -n "$vouched" ] || check_attestation "$archive"
  # To standard output: no path in the archive decides where anything is written.
  tar -xzOf "$work/$archive" "identilint-v$version-$target/$program" >"$work/$program" ||
    die "\`$archive\` holds no \`$program\`"
}

# Builds the action's own checkout. Cargo runs there: no configuration of the workspace counts.
build() {
  command -v cargo >/dev/null ||
    die "$reason, and there is no cargo to build identilint with: name a \`version\` that has a release for this runner, or install Rust before this step"
  notice "$reason; identilint $own is built from the action's own checkout, which takes some minutes"
  printf '::group::cargo build\n'
  (
    unset RUSTC RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET
    cd -- "$root" && cargo build --release --locked --bin identilint --target-dir "$(native "$work/target")"
  ) || die "identilint cannot be built from the action's own checkout; the log has cargo's reason"
  printf '::endgroup::\n'
  mv -- "$work/target/release/$program" "$work/$program"
}

# What would be built, as one short name.
name_of_source() {
  (
    cd -- "$root"
    find Cargo.lock Cargo.toml docs rules src -type f | sort >"$work/files"
    cat -- "$work/files"
    tr '\n' '\0' <"$work/files" | xargs -0 cat --
  ) >"$work/everything"
  key=source-$(sha256 "$work/everything" | cut -c 1-16)
}

# Whether this is identilint of that version.
is_right() { # PROGRAM
  [ "$("$1" --version 2>/dev/null | tr -d '\r')" = "identilint $version" ]
}

# Takes a program from the tool cache, if it was put there whole.
cached() { # KEY
  kept=$cache/$1/${target:-${RUNNER_OS:-here}-${RUNNER_ARCH:-here}}
  identilint=$kept/$program
  [ -f "$kept.complete" ] && is_right "$identilint"
}

# Puts the program that is in the work directory where the next run finds it.
keep() {
  chmod +x "$work/$program"
  is_right "$work/$program" || die "what was installed is not identilint $version"
  if mkdir -p -- "$kept" 2>/dev/null && cp -- "$work/$program" "$kept/$program.$$" 2>/dev/null; then
    mv -f -- "$kept/$program.$$" "$kept/$program"
    : >"$kept.complete"
    return
  fi
  identilint=$work/$program
}

# Leaves the path of the program in `identilint`.
install() { # VERSION
  local key pattern='^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$'
  own=$(manifest version)
  version=$own
  cache=$(posix "${RUNNER_TOOL_CACHE:-$temporary}")/identilint
  # What was checked out is no cache.
  case $cache in "$workspace"/*) cache=$temporary/identilint ;; esac
  find_target
  if [ "$1" != source ]; then
    [ -z "$1" ] || version=${1#v}
    [[ $version =~ $pattern ]] ||
      die "the input \`version\` is \`$1\`: expected a release such as \`$own\`, or \`source\`; what \`latest\` is may change"
    ! cached "$version" || return 0
    if download; then
      keep
      return
    fi
    [ "$version" = "$own" ] || die "$reason; this action's own checkout is $own, and can build nothing else"
  else
    reason='as asked'
  fi
  name_of_source
  ! cached "$key" || return 0
  build
  keep
}
