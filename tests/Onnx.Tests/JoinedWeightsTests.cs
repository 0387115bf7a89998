using StreamGrains.Client;
using Xunit;

namespace StreamGrains.Onnx.Tests;

/// <summary>A model that keeps weights in files beside it, as it is sent to a server: one file, with the same scores.</summary>
public sealed class JoinedWeightsTests : IDisposable
{
    private readonly OnnxModelCatalog _catalog = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("streamgrains-joined-").FullName;

    public void Dispose()
    {
        _catalog.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory, InlineData("torch_mlp"), InlineData("external_files/model")]
    public void It_scores_alone_as_it_does_beside_its_files(string name)
    {
        var zoo = ZooModel.Named(name);
        var alone = Path.Combine(_directory, "alone.onnx");

        File.WriteAllBytes(alone, new ModelWeights(zoo.File).Join()!);

        Assert.Equal(TestModels.Score(_catalog.Open(zoo.File), zoo.Rows, zoo.Output).Scores[0], TestModels.Score(_catalog.Open(alone), zoo.Rows, zoo.Output).Scores[0]);
    }

    [Theory, InlineData("zoo/keras_mlp.onnx"), InlineData("fraud/xgboost_100.onnx"), InlineData("zoo/sklearn_random_forest.onnx")]
    public void One_that_has_all_in_it_is_sent_as_it_is(string name) => Assert.Null(new ModelWeights(TestModels.Path(name)).Join());

    [Fact]
    public void What_is_no_model_is_sent_as_it_is_and_the_server_says_so()
    {
        var path = Path.Combine(_directory, "notes.onnx");
        File.WriteAllText(path, "the location of nothing");

        Assert.Null(new ModelWeights(path).Join());
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_short_is_named()
    {
        var model = Path.Combine(_directory, "torch_mlp.onnx");
        File.Copy(TestModels.Path("zoo/torch_mlp.onnx"), model);
        Assert.Equal($"the model '{model}' keeps weights in the file 'torch_mlp.onnx.data', which is not beside it", Refusal());

        File.WriteAllBytes(Path.Combine(_directory, "torch_mlp.onnx.data"), new byte[8]);
        Assert.Matches(@"wants \d+ bytes at \d+ of 'torch_mlp.onnx.data', which has 8: the two are not of one export$", Refusal());

        string Refusal() => Assert.Throws<StreamGrainsException>(() => new ModelWeights(model).Join()).Message;
    }

    [Theory, InlineData("../torch_onnx.data"), InlineData("/etc/torch_onnx.dat")]
    public void Only_files_of_its_folder_are_read(string elsewhere)
    {
        var model = File.ReadAllBytes(TestModels.Path("zoo/torch_mlp.onnx"));
        var named = "torch_mlp.onnx.data"u8;
        var other = System.Text.Encoding.UTF8.GetBytes(elsewhere.PadRight(named.Length, 'x'));
        for (var at = model.AsSpan().IndexOf(named); at >= 0; at = model.AsSpan().IndexOf(named)) other.CopyTo(model, at);
        var path = Path.Combine(_directory, "m.onnx");
        File.WriteAllBytes(path, model);

        Assert.Contains("which is not in its folder", Assert.Throws<StreamGrainsException>(() => new ModelWeights(path).Join()).Message, StringComparison.Ordinal);
    }
}
