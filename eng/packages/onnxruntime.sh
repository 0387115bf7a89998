# Microsoft.ML.OnnxRuntime: its C# sources compiled, the native libraries of this machine's platform taken as they are. Sourced by eng/restore.

make_onnxruntime() {
  local version="$1" staging="$work/onnxruntime" natives rid
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) natives=Plugins/Linux/x64 rid=linux-x64 ;;
    Darwin-arm64) natives=Plugins/macOS/arm64 rid=osx-arm64 ;;
    *) fail "the npm package $onnxruntime_npm has no native library for $(uname -s) on $(uname -m)." \
         "Configure a NuGet source that offers Microsoft.ML.OnnxRuntime $version." ;;
  esac
  say "the NuGet sources do not offer Microsoft.ML.OnnxRuntime $version: packing it from the npm package $onnxruntime_npm"
  npm_unpack "$onnxruntime_npm" "$staging" Runtime "$natives" LICENSE ThirdPartyNotices.txt
  # The Linux library exports its symbols under VERS_<version>; on other systems the version stands in it as text.
  grep -qaF "$version" "$staging/$natives"/libonnxruntime.* || fail "$onnxruntime_npm does not hold ONNX Runtime $version." \
    "Change the version of Microsoft.ML.OnnxRuntime in Directory.Packages.props and the npm package in eng/restore together."
  mv "$staging/Runtime" "$staging/src"
  mkdir -p "$staging/runtimes/$rid/native"
  find "$staging/$natives" -type f ! -name '*.meta' -exec mv {} "$staging/runtimes/$rid/native/" \;
  pack Microsoft.ML.OnnxRuntime "$version" "$staging"
}
