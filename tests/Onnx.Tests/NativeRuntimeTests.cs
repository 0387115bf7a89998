using Xunit;

namespace StreamGrains.Onnx.Tests;

public class NativeRuntimeTests
{
    [Fact]
    public void The_version_that_is_loaded_is_the_one_of_the_package() => Assert.Equal(NativeRuntime.Wanted, OnnxModelCatalog.RuntimeVersion);

    [Fact]
    public void Another_version_is_refused_with_what_to_do() => Assert.Equal(
        $"ONNX Runtime 1.29.0 is loaded, and this program was made for {NativeRuntime.Wanted}: use the one of the package Microsoft.ML.OnnxRuntime {NativeRuntime.Wanted}, and load no other before it",
        NativeRuntime.Mismatch("1.29.0"));
}
