using System.Net;
using System.Security.Cryptography;
using StreamGrains.Api.Tests.Support;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Api.Tests;

public sealed class ModelTests : IAsyncLifetime, IDisposable
{
    private readonly World world = new();
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start(world);

    public async Task DisposeAsync() => await server.DisposeAsync();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_model_is_uploaded_once_and_found_by_its_hash()
    {
        var path = Path.Combine(world.Data, "m.onnx");
        var content = RandomNumberGenerator.GetBytes(300_000);
        await File.WriteAllBytesAsync(path, content);

        var hash = await server.Client.UploadModelAsync(path);
        var again = await server.Client.UploadModelAsync(path);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), hash);
        Assert.Equal(hash, again);
        Assert.Single(server.Log.Audit, l => l.Contains("/api/v1/models", StringComparison.Ordinal));
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(world.Data, "models", hash)));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("not-a-hash")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    public async Task What_was_not_uploaded_or_is_no_hash_is_not_found(string hash) =>
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync($"/api/v1/models/{hash}")).StatusCode);

    [Fact]
    public async Task A_submission_that_names_content_that_was_not_uploaded_is_refused()
    {
        var submission = new JobSubmission
        {
            Spec = SampleJobs.Spending(more: "  - score: { model: m.onnx, features: [amount] }"),
            Models = new Dictionary<string, string> { ["m.onnx"] = new('0', 64) },
        };

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(submission));

        Assert.Equal(ProblemKind.Invalid, refused.Kind);
        Assert.Contains("'m.onnx': upload it first", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../../../../etc/passwd")]
    public async Task A_path_outside_of_the_servers_models_is_not_opened(string path)
    {
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() =>
            server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(more: $"  - score: {{ model: {path}, features: [amount] }}"))));

        Assert.Contains(refused.Mistakes, m => m.Message.Contains($"model '{path}' was not handed in with the job, and the server opens no files outside of its model directory", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("models/frud.onnx", "models/fraud.onnx")]
    [InlineData("ratng.onnx", "rating.onnx")]
    [InlineData("something/else.onnx", null)]
    public async Task A_model_that_is_not_there_is_named_as_the_spec_writes_it_with_those_that_are(string written, string? near)
    {
        Directory.CreateDirectory(Path.Combine(world.Data, "own-models"));
        await File.WriteAllTextAsync(Path.Combine(world.Data, "own-models", "rating.onnx"), "weights");
        await File.WriteAllTextAsync(Path.Combine(world.Data, "m.onnx"), "weights");
        var hash = await server.Client.UploadModelAsync(Path.Combine(world.Data, "m.onnx"));
        var submission = new JobSubmission
        {
            Spec = SampleJobs.Spending(more: $"  - score: {{ model: {written}, features: [amount] }}"),
            Models = new Dictionary<string, string> { ["models/fraud.onnx"] = hash },
        };

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(submission));

        var mistake = Assert.Single(refused.Mistakes);
        Assert.StartsWith($"model '{written}' was not handed in with the job, and the server's model directory has no such file. Handed in: 'models/fraud.onnx'; of the server's own: 'rating.onnx'. Upload", mistake.Message, StringComparison.Ordinal);
        Assert.Equal(near, mistake.Suggestion);
        Assert.DoesNotContain(world.Data, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_fit_a_model_is_told_under_the_name_that_the_spec_writes()
    {
        world.ModelProblem = "takes 15 features";
        await File.WriteAllTextAsync(Path.Combine(world.Data, "m.onnx"), "weights");
        var submission = new JobSubmission
        {
            Spec = SampleJobs.Spending(more: "  - score: { model: ./m.onnx, features: [amount] }"),
            Models = new Dictionary<string, string> { ["./m.onnx"] = await server.Client.UploadModelAsync(Path.Combine(world.Data, "m.onnx")) },
        };

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(submission));

        Assert.Equal("model './m.onnx' takes 15 features", Assert.Single(refused.Mistakes).Message);
    }

    [Fact]
    public async Task The_models_of_a_job_are_those_it_was_handed_in_with()
    {
        await File.WriteAllTextAsync(Path.Combine(world.Data, "m.onnx"), "weights");
        var spec = JobBuilder.Create("scoring")
            .Source("payments", s => s.Key("customer").Field("customer", Contracts.FieldType.Long).Field("amount", Contracts.FieldType.Double))
            .Score("m.onnx", ["amount"]).To("scored").Build();

        await server.Client.SubmitAsync(spec, world.Data);

        var model = Assert.Single(await server.Client.ModelsAsync("scoring"));
        Assert.Equal("m.onnx", model.Path);
        Assert.True(await server.Client.HasModelAsync(model.Sha256!));
    }

    [Fact]
    public async Task A_file_that_is_no_model_is_refused_with_the_reason_and_not_kept()
    {
        world.Inspecting = _ => "is not an ONNX model, or was cut off while it was copied.";
        await File.WriteAllTextAsync(Path.Combine(world.Data, "notes.txt"), "no model");

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.UploadModelAsync(Path.Combine(world.Data, "notes.txt")));

        Assert.Equal(
            (ProblemKind.Invalid, "the file was not kept, because jobs could not score with it. It is not an ONNX model, or was cut off while it was copied."), (refused.Kind, refused.Message));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(world.Data, "models")));
    }

    [Fact]
    public async Task An_upload_that_finds_no_space_says_so_and_leaves_nothing_behind()
    {
        world.SharedModels = () => new FullStore();
        await using var full = await TestServer.Start(world);
        await File.WriteAllTextAsync(Path.Combine(world.Data, "m.onnx"), "weights");

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => full.Client.UploadModelAsync(Path.Combine(world.Data, "m.onnx")));
            Assert.Equal((ProblemKind.Unavailable, "no space is left where the server keeps jobs and models: make room there, and ask again"), (refused.Kind, refused.Message));
        }
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(world.Data, "models")));
    }

    [Fact]
    public async Task A_model_is_removed_once_no_job_uses_it()
    {
        await File.WriteAllTextAsync(Path.Combine(world.Data, "m.onnx"), "weights");
        var hash = await server.Client.UploadModelAsync(Path.Combine(world.Data, "m.onnx"));
        var submission = new JobSubmission
        {
            Spec = SampleJobs.Spending(more: "  - score: { model: m.onnx, features: [amount] }"), Models = new Dictionary<string, string> { ["m.onnx"] = hash },
        };
        await server.Client.SubmitAsync(submission);
        var used = Assert.Single(await server.Client.UploadedModelsAsync());

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.RemoveModelAsync(hash));
        await server.Client.StopAsync("spending");
        await server.Client.RemoveAsync("spending");
        await server.Client.RemoveModelAsync(hash);
        var again = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.RemoveModelAsync(hash));

        Assert.Equal((hash, 7), (used.Sha256, used.Bytes));
        Assert.Equal(["spending"], used.Jobs);
        Assert.Equal(ProblemKind.Conflict, refused.Kind);
        Assert.Contains("used by job 'spending', running or not", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await server.Client.UploadedModelsAsync());
        Assert.Equal(ProblemKind.NotFound, again.Kind);
    }

    [Fact]
    public async Task Where_it_is_not_known_who_uses_a_model_it_stays()
    {
        await File.WriteAllTextAsync(Path.Combine(world.Data, "m.onnx"), "weights");
        await using var silent = await TestServer.Start(world, control: new StubJobs(() => Refusal.Of(RefusalKind.Unavailable, "a job does not answer")));
        var hash = await silent.Client.UploadModelAsync(Path.Combine(world.Data, "m.onnx"));

        Assert.Equal(ProblemKind.Unavailable, (await Assert.ThrowsAsync<StreamGrainsException>(() => silent.Client.RemoveModelAsync(hash))).Kind);
        Assert.True(await silent.Client.HasModelAsync(hash));
    }

    [Fact]
    public async Task An_upload_that_goes_beyond_the_servers_quota_is_too_large()
    {
        await using var small = await TestServer.Start(world, settings: new() { ["MostModelBytes"] = "5" });

        using var response = await small.Http.PostAsync("/api/v1/models", new ByteArrayContent([1, 2, 3, 4, 5, 6]) { Headers = { ContentType = new("application/octet-stream") } });

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Contains("StreamGrains:Api:MostModelBytes", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => TestServer.Start(world, settings: new() { ["MostModelBytes"] = "0" }));
    }

    [Fact]
    public async Task An_upload_that_ends_early_leaves_nothing_behind()
    {
        using var raw = new RawConnection(server.Address);
        await raw.Send("POST /api/v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nshort"u8.ToArray(), complete: false);

        Eventually.True(() => server.Log.Audit.Count == 1, TimeSpan.FromMinutes(1), "the request ends");
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(world.Data, "models")));
        Assert.Empty(server.Log.Errors);
    }

    /// <summary>A storage on a full disk: it can be read.</summary>
    private sealed class FullStore : IBlobStore
    {
        public ValueTask Write(string name, Action<Stream> content) => throw new IOException($"No space left on device : '/srv/{name}'", 28);

        public ValueTask<Stream?> Open(string name) => new((Stream?)null);

        public ValueTask<IReadOnlyList<string>> List(string prefix) => new([]);

        public ValueTask Delete(string name) => ValueTask.CompletedTask;
    }
}
