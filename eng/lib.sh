# Shared by the scripts of this repository. A script sets `root` and `program` (its name in messages) and sources this.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
export HOME="${HOME:-/tmp}"

say() { echo "$program: $*" >&2; }
fail() { say "$1"; shift; for line in "$@"; do echo "    $line" >&2; done; exit 1; }

# with_progress TEXT LOG COMMAND...: runs the command with its output in LOG and says every ten seconds that it goes on.
# The lock (descriptor 9) is closed for the command: what it leaves running must not hold it.
with_progress() {
  local text="$1" log="$2" start=$SECONDS next=10 pid
  shift 2
  say "$text ..."
  "$@" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if (( SECONDS - start >= next )); then
      say "$text ... $(( SECONDS - start )) s"
      next=$(( SECONDS - start + 10 ))
    fi
  done
  wait "$pid" && return
  grep -E '(error|warning) [A-Za-z]+[0-9]+' "$log" | sort -u | head -n 40 >&2 || tail -n 30 "$log" >&2
  fail "failed: $text" "The whole log is in $log"
}

# hold_lock FILE WHAT: waits for the lock, which the script then holds until it ends.
hold_lock() {
  command -v flock >/dev/null || return 0
  exec 9>"$1"
  flock -n 9 || { say "waiting for $2"; flock 9; }
}

# Is any source newer than STAMP? Looks at everything that can go into the product.
sources_newer_than() {
  [[ ! -f "$1" ]] && return
  [[ -n "$(find "$root" -mindepth 1 \
    \( -name bin -o -name obj -o -name artifacts -o -name '.*' -o -name tests -o -name docs -o -name deploy \) -prune -o \
    -type f \( -path "$root/*/*" -o -name 'Directory.*' -o -name global.json \) -newer "$1" -print -quit 2>/dev/null)" ]]
}

# build_when_stale PROJECT BINARY: restores and builds (Release) unless BINARY is newer than every source.
build_when_stale() {
  local project="$1" binary="$2" stamp="$root/artifacts/build/${1//\//-}.stamp"
  [[ -x "$binary" ]] && ! sources_newer_than "$stamp" && return
  command -v dotnet >/dev/null || fail "the .NET SDK is not installed (no dotnet on the PATH)." "Install the .NET 10 SDK: https://dotnet.microsoft.com/download"
  mkdir -p "$root/artifacts/build"
  hold_lock "$root/artifacts/build/lock" "another build of this clone"
  [[ -x "$binary" ]] && ! sources_newer_than "$stamp" && return
  touch "$stamp.new"
  with_progress "building $project" "$root/artifacts/build/${project//\//-}.log" dotnet build "$root/$project" -c Release -v q -nologo -m:2
  mv "$stamp.new" "$stamp"
  exec 9>&-
}
