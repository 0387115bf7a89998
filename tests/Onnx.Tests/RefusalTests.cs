using StreamGrains.Engine.Ports;
using Xunit;

namespace StreamGrains.Onnx.Tests;

public sealed class RefusalTests : IDisposable
{
    private readonly OnnxModelCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Theory]
    [InlineData("bad/zero_bytes.onnx", "is an empty file")]
    [InlineData("bad/text_file.onnx", "is a Git LFS pointer, not the model itself: run `git lfs pull`")]
    [InlineData("bad/truncated.onnx", "is not an ONNX model, or was cut off while it was copied")]
    [InlineData("manifest.json", "is not an ONNX model")]
    [InlineData("bad/custom_operator.onnx", "uses the operator `FancyScore` of domain `com.acme.fraud`")]
    [InlineData("bad/ir_too_new.onnx", "is written in ONNX IR version 99, and this ONNX Runtime reads up to 13")]
    [InlineData("bad/opset_too_new.onnx", "needs opset 99, and this ONNX Runtime knows up to 26")]
    [InlineData("bad/missing_external_data.onnx", "keeps weights in the file `weights_not_shipped.bin`, which is not beside it")]
    [InlineData("bad/no_such_model.onnx", "does not exist")]
    [InlineData("torch_mpl.onnx", "does not exist. Did you mean `torch_mlp.onnx`?")]
    [InlineData("badd/model.onnx", "Its folder")]
    [InlineData("bad", "is a folder: name the .onnx file in it")]
    public void A_file_that_cannot_be_used_is_refused_with_its_name_and_the_reason(string file, string reason)
    {
        var refused = Assert.Throws<ModelRefused>(() => _catalog.Open(TestModels.Path("zoo/" + file)));
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("onnxruntime_src", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_inspected_is_held_against_the_same_rules_and_let_go_of()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("streamgrains-onnx-").FullName, "model.onnx");
        File.Copy(TestModels.Path("zoo/xgboost_proba.onnx"), file);

        _catalog.Inspect(file);
        File.WriteAllText(file, "no model any more");

        Assert.Contains("is not an ONNX model", Assert.Throws<ModelRefused>(() => _catalog.Open(file)).Message, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [InlineData("zoo/bad/input_count.onnx", 15, "score", "takes 14 features (`features`: float[N, 14]), and 15 are given")]
    [InlineData("zoo/torch_embedding_rec.onnx", 3, "score", "takes 2 features (`user_id`: long[N], `item_id`: long[N]), and 3 are given")]
    [InlineData("zoo/xgboost_proba.onnx", 15, "probabilty[1]", "has no output `probabilty`. Did you mean `probabilities`?")]
    [InlineData("zoo/xgboost_proba.onnx", 15, "fraudulence", "has no output `fraudulence`. It has `label`, `probabilities`.")]
    [InlineData("zoo/xgboost_proba.onnx", 15, "probabilities", "has 2 columns: say which, as in `probabilities[1]`")]
    [InlineData("zoo/xgboost_proba.onnx", 15, "probabilities[2]", "has 2 columns, and columns are counted from 0: there is no `probabilities[2]`")]
    [InlineData("zoo/xgboost_proba.onnx", 15, "probabilities[one]", "a column is a number from 0")]
    [InlineData("zoo/torch_mlp.onnx", 15, "sigmoid[1]", "has 1 column, and columns are counted from 0")]
    [InlineData("zoo/multi_output.onnx", 15, "label", "is text, and a score is a number. Outputs with numbers: `probabilities`, `embedding`.")]
    [InlineData("zoo/sklearn_logreg_zipmap_string.onnx", 15, "output_probability", "say which, as `output_probability[fraud]` or `output_probability[genuine]`")]
    [InlineData("zoo/sklearn_logreg_zipmap.onnx", 15, "output_probability[2]", "say which, as `output_probability[0]` or `output_probability[1]`")]
    [InlineData("zoo/multi_output.onnx", 15, "default", "has several outputs that `default` could stand for: name one of `probabilities`, `embedding`")]
    [InlineData("zoo/sklearn_logreg_zipmap_string.onnx", 15, "default", "say which, as `output_probability[fraud]` or `output_probability[genuine]`")]
    [InlineData("zoo/torch_autoencoder.onnx", 15, "default", "has an output of 15 columns: say which")]
    public void A_spec_that_does_not_fit_the_model_is_told_what_would(string file, int features, string output, string problem)
    {
        var problems = _catalog.Open(TestModels.Path(file)).Check(features, [output]);
        Assert.Contains(problem, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_locale_is_named()
    {
        var words = RuntimeError.OnLoad(new InvalidOperationException(
            "[ErrorCode:Fail] Exception during initialization: string_normalizer.cc:235 Failed to construct locale with name:en_US.UTF-8:locale::facet::_S_create_c_locale name not valid"));
        Assert.Equal("needs the locale en_US.UTF-8, which this system lacks: install the locale, or export the model with the locale 'C'.", words);
    }

    [Fact]
    public void All_problems_are_found_at_once()
    {
        var problems = _catalog.Open(TestModels.Path("zoo/xgboost_proba.onnx")).Check(14, ["probabilities[9]", "labl", "nothing[0]"]);
        Assert.Equal(3, problems.Count);    // the column cannot be judged while the features do not fit
    }

    [Fact]
    public void Inputs_and_outputs_are_described_for_people()
    {
        var model = _catalog.Open(TestModels.Path("zoo/sklearn_logreg_zipmap.onnx"));
        Assert.Equal([new ModelValue("X", "float[N, 15]")], model.Inputs);
        Assert.Equal([new ModelValue("output_label", "long[N]"), new ModelValue("output_probability", "float for each class of 0, 1")], model.Outputs);
    }

    [Theory]
    [InlineData("zoo/xgboost_proba.onnx")]
    [InlineData("zoo/sklearn_logreg_zipmap.onnx")]
    [InlineData("zoo/lightgbm_zipmap.onnx")]
    [InlineData("zoo/torch_mlp.onnx")]
    [InlineData("zoo/sklearn_isolation_forest.onnx")]
    public void Usual_models_have_a_default_output(string file) => Assert.Empty(_catalog.Open(TestModels.Path(file)).Check(15, ["default"]));

    [Fact]
    public void A_file_is_loaded_once_and_shared()
    {
        var path = TestModels.Path("zoo/torch_mlp.onnx");
        Assert.Same(_catalog.Open(path), _catalog.Open(Path.Combine(Path.GetDirectoryName(path)!, "bad", "..", "torch_mlp.onnx")));
    }
}
