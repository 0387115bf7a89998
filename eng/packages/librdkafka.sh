# librdkafka.redist: librdkafka built from its source, for the platform of this machine. Sourced by eng/restore.

make_librdkafka() {
  local version="$1" staging="$work/librdkafka" source rid
  say "the NuGet sources do not offer librdkafka.redist $version: building it from source (about a minute)"
  [[ "$(uname -s)" == Linux ]] || fail "building librdkafka is only supported on Linux." "Configure a NuGet source that offers librdkafka.redist $version."
  case "$(uname -m)" in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) fail "building librdkafka is supported on x64 and arm64, not on $(uname -m)." ;;
  esac
  need_build_tools
  npm_unpack "$librdkafka_npm" "$staging" deps/librdkafka
  source="$staging/deps/librdkafka"
  check_librdkafka_version "$source" "$version"

  # CXX=gcc: configure insists on a C++ compiler, the C library is all that is built.
  with_progress "configuring librdkafka" "$staging/configure.log" in_directory "$source" env CXX=gcc \
    ./configure --enable-zlib --enable-zstd --enable-ssl --disable-lz4-ext --disable-gssapi --disable-curl --disable-debug-symbols
  for feature in ZLIB SSL ZSTD SNAPPY SASL_SCRAM; do
    grep -qE "BUILT_WITH .*\b$feature\b" "$staging/configure.log" || fail "librdkafka would be built without $feature." "See $staging/configure.log"
  done
  with_progress "compiling librdkafka" "$staging/make.log" make -j2 -C "$source/src"
  mkdir -p "$staging/native"
  cp -L "$source/src/librdkafka.so.1" "$staging/native/librdkafka.so"
  strip --strip-unneeded "$staging/native/librdkafka.so"
  cp "$source/LICENSES.txt" "$staging/"
  pack librdkafka.redist "$version" "$staging" "-p:Rid=$rid"
}

in_directory() { cd "$1" && shift && "$@"; }

check_librdkafka_version() {
  local hex found
  hex="$(sed -n 's/^#define  *RD_KAFKA_VERSION  *0x\([0-9a-f]*\).*/\1/p' "$1/src/rdkafka.h")"
  found="$((16#${hex:0:2})).$((16#${hex:2:2})).$((16#${hex:4:2}))"
  [[ "$found" == "$2" ]] || fail "$librdkafka_npm holds librdkafka $found, but $2 is wanted." \
    "Change the version of librdkafka.redist in Directory.Packages.props and the npm package in eng/restore together."
}

missing_build_tools() {
  local pair
  for pair in gcc:gcc make:make strip:binutils; do
    command -v "${pair%%:*}" >/dev/null || echo "${pair##*:}"
  done
  for pair in stdio.h:libc6-dev zlib.h:zlib1g-dev openssl/ssl.h:libssl-dev zstd.h:libzstd-dev; do
    { command -v gcc >/dev/null && echo "#include <${pair%%:*}>" | gcc -E -x c - >/dev/null 2>&1; } || echo "${pair##*:}"
  done
}

need_build_tools() {
  local missing
  mapfile -t missing < <(missing_build_tools)
  (( ${#missing[@]} == 0 )) && return
  if (( EUID != 0 )) || ! command -v apt-get >/dev/null; then
    fail "building librdkafka needs what is not installed: ${missing[*]} (names as in Debian)." \
      "Debian, Ubuntu: sudo apt-get install ${missing[*]}"
  fi
  export DEBIAN_FRONTEND=noninteractive
  with_progress "apt-get update" "$work/apt.log" apt-get update
  with_progress "installing ${missing[*]}" "$work/apt.log" apt-get install -y --no-install-recommends "${missing[@]}"
}
