using System.Security.Cryptography;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Tests;

public sealed class ModelFilesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("streamgrains-models-").FullName;
    private readonly MemoryStore shared = new();

    [Fact]
    public async Task A_file_is_found_by_the_hash_of_its_content_in_every_process()
    {
        var content = RandomNumberGenerator.GetBytes(200_000);
        var hash = await Add(content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), hash);
        var path = await Files("b").Find(hash, default);
        Assert.Equal(content, await File.ReadAllBytesAsync(path!));
    }

    [Fact]
    public async Task A_file_that_is_damaged_in_storage_is_refused()
    {
        var hash = await Add([1, 2, 3]);
        shared.Blobs[$"models/{hash}"] = [1, 2, 4];
        await Assert.ThrowsAsync<InvalidDataException>(() => Files("b").Find(hash, default));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(root, "b")));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    public async Task What_is_no_hash_is_not_looked_for(string hash) => Assert.Null(await Files("a").Find(hash, default));

    [Fact]
    public async Task A_spec_opens_what_was_handed_in_and_nothing_outside_of_the_servers_directory()
    {
        var hash = await Add([1]);
        var opened = new OpenedPaths();
        var submission = new JobSubmission { Spec = "", Models = new Dictionary<string, string> { ["../elsewhere/m.onnx"] = hash } };
        var (models, missing) = await SubmittedModels.Find(submission, opened, Files("a"), root, trial: false, default);
        Assert.Empty(missing);
        await File.WriteAllTextAsync(Path.Combine(root, "own.onnx"), "");
        models.Open(Path.GetFullPath("../elsewhere/m.onnx", root));
        models.Open(Path.Combine(root, "own.onnx"));
        Assert.Equal([Path.Combine(root, "a", hash), Path.Combine(root, "own.onnx")], opened.Paths);
        Assert.Throws<ModelRefused>(() => models.Open("/etc/passwd"));
    }

    [Fact]
    public async Task A_path_without_a_file_is_missing()
    {
        var submission = new JobSubmission { Spec = "", Models = new Dictionary<string, string> { ["m.onnx"] = new('0', 64) } };
        Assert.Equal(["m.onnx"], (await SubmittedModels.Find(submission, new OpenedPaths(), Files("a"), root, trial: false, default)).Missing);
    }

    [Fact]
    public async Task What_a_process_removes_is_not_there_for_others_whatever_copies_they_have()
    {
        var hash = await Add([1, 2, 3]);
        await Files("b").Find(hash, default);
        Assert.Equal([(hash, 3L)], await Files("c").List(default));

        await Files("a").Remove(hash);

        Assert.Null(await Files("a").Find(hash, default));
        Assert.False(await Files("b").Has(hash));
        Assert.Empty(await Files("b").List(default));
    }

    [Fact]
    public async Task What_does_not_fit_beside_the_others_is_refused_and_what_is_there_may_be_sent_again()
    {
        await Add([1, 2, 3]);

        var refused = await Files("b").Add(new MemoryStream([4, 5, 6]), mostTogether: 5, default);
        var again = await Files("b").Add(new MemoryStream([1, 2, 3]), mostTogether: 1, default);
        var fits = await Files("b").Add(new MemoryStream([4, 5]), mostTogether: 5, default);

        Assert.Equal(RefusalKind.TooLarge, refused.Refusal!.Kind);
        Assert.Contains("may take 5 bytes together on this server, and with this one they would take 6", refused.Refusal.Message, StringComparison.Ordinal);
        Assert.True(again.Ok);
        Assert.True(fits.Ok);
        Assert.Equal(2, shared.Blobs.Count);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private async Task<string> Add(byte[] content) => (await Files("a").Add(new MemoryStream(content), mostTogether: null, default)).Value!.Sha256;

    private ModelFiles Files(string process) => new(Path.Combine(root, process), new OpenedPaths(), () => shared);

    private sealed class OpenedPaths : IModelCatalog
    {
        public List<string> Paths { get; } = [];

        public IModel Open(string path)
        {
            Paths.Add(path);
            return null!;
        }

        public void Inspect(string path)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class MemoryStore : IBlobStore
    {
        public Dictionary<string, byte[]> Blobs { get; } = [];

        public ValueTask Write(string name, Action<Stream> content)
        {
            var stream = new MemoryStream();
            content(stream);
            Blobs[name] = stream.ToArray();
            return ValueTask.CompletedTask;
        }

        public ValueTask<Stream?> Open(string name) => new(Blobs.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : null);

        public ValueTask<IReadOnlyList<string>> List(string prefix) => new([.. Blobs.Keys.Where(k => k.StartsWith(prefix, StringComparison.Ordinal))]);

        public ValueTask Delete(string name)
        {
            Blobs.Remove(name);
            return ValueTask.CompletedTask;
        }
    }
}
