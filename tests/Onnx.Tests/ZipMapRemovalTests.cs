using System.Text;
using Xunit;

namespace StreamGrains.Onnx.Tests;

public class ZipMapRemovalTests
{
    private static readonly byte[] Model = File.ReadAllBytes(TestModels.Path("zoo/sklearn_logreg_zipmap.onnx"));

    [Fact]
    public void A_map_of_classes_becomes_the_tensor_that_it_was_made_of()
    {
        var rewritten = ZipMapRemoval.Apply(Model)!;
        var (name, map) = Assert.Single(rewritten.Outputs);
        Assert.Equal("output_probability", name);
        Assert.Equal(["0", "1"], map.Classes);
        Assert.DoesNotContain("ZipMap", Encoding.Latin1.GetString(rewritten.Model), StringComparison.Ordinal);
        Assert.Null(ZipMapRemoval.Apply(rewritten.Model));
    }

    [Fact]
    public void Classes_may_be_text()
    {
        var rewritten = ZipMapRemoval.Apply(File.ReadAllBytes(TestModels.Path("zoo/sklearn_logreg_zipmap_string.onnx")))!;
        Assert.Equal(["fraud", "genuine"], rewritten.Outputs["output_probability"].Classes);
    }

    [Fact]
    public void A_model_without_maps_is_left_alone() =>
        Assert.Null(ZipMapRemoval.Apply(File.ReadAllBytes(TestModels.Path("zoo/xgboost_proba.onnx"))));

    [Fact]
    public void A_file_that_is_cut_off_is_left_to_the_runtime()
    {
        for (var length = 0; length < Model.Length; length++)
        {
            // A cut that falls between two fields leaves a well-formed message, whose maps may all be there.
            var rewritten = ZipMapRemoval.Apply(Model.AsSpan(0, length));
            Assert.True(rewritten is null || rewritten.Outputs.Count == 1);
        }
    }

    [Fact]
    public void A_damaged_byte_anywhere_does_no_worse_than_leave_the_file_to_the_runtime()
    {
        for (var at = 0; at < Model.Length; at++)
        {
            var damaged = Model.ToArray();
            damaged[at] ^= 0xFF;
            var rewritten = ZipMapRemoval.Apply(damaged);
            // What is rewritten is whole: the node that left is all that it lost.
            Assert.True(rewritten is null || Model.Length - rewritten.Model.Length < 200, $"byte {at}");
        }
    }
}
