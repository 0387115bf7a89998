# Microsoft.ML.OnnxRuntime: its C# sources compiled, its native libraries taken as they are. Sourced by eng/restore.

make_onnxruntime() {
  local version="$1" staging="$work/onnxruntime"
  say "the NuGet sources do not offer Microsoft.ML.OnnxRuntime $version: packing it from the npm package $onnxruntime_npm"
  npm_unpack "$onnxruntime_npm" "$staging" Runtime Plugins/Linux Plugins/macOS Plugins/Windows LICENSE ThirdPartyNotices.txt
  # The native library exports its versioned symbols under VERS_<version>.
  grep -qaF "VERS_$version" "$staging/Plugins/Linux/x64/libonnxruntime.so" || fail "$onnxruntime_npm does not hold ONNX Runtime $version." \
    "Change the version of Microsoft.ML.OnnxRuntime in Directory.Packages.props and the npm package in eng/restore together."
  mv "$staging/Runtime" "$staging/src"
  take_native Linux/x64 linux-x64
  take_native macOS/arm64 osx-arm64
  take_native Windows/x64 win-x64
  take_native Windows/arm64 win-arm64
  if [[ "$(uname -s)-$(uname -m)" == Linux-aarch64 ]]; then
    say "note: the npm package has no native library for linux-arm64; models will not load on this machine"
  fi
  pack Microsoft.ML.OnnxRuntime "$version" "$staging"
}

# take_native FOLDER RID
take_native() {
  mkdir -p "$staging/runtimes/$2/native"
  find "$staging/Plugins/$1" -type f ! -name '*.meta' -exec mv {} "$staging/runtimes/$2/native/" \;
}
