using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.TestingHost;
using StreamGrains.Cluster.Tests.Support;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Grains;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Silo;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Cluster.Tests;

/// <summary>A program that is in the cluster already: it speaks to the jobs through their grains, and its silo has functions of its own.</summary>
[Collection(ClusterCollection.Name)]
public sealed class NativeClientTests(LazyBroker broker) : IAsyncDisposable
{
    private const string ModelPath = "models/risk.onnx";

    private static readonly string[] Features = [.. Enumerable.Range(0, 15).Select(i => $"f{i}")];

    private readonly string storage = Directory.CreateTempSubdirectory("streamgrains-native-").FullName;
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];
    private InProcessTestCluster? cluster;

    private string Spec => $$"""
        job: native-{{mark}}
        sources: { events: { topic: events-{{mark}}, key: key, fields: { key: long, amount: double } } }
        steps:
          - from: events
          - derive: { band: "band_of(amount)" }
          - to: { topic: bands-{{mark}}, key: key }
        """;

    [ClusterFact]
    public async Task A_job_runs_a_function_of_the_host_and_is_controlled_through_its_grain()
    {
        await Start();
        TestTopics.Create(broker.Bootstrap, $"events-{mark}", 2);
        var job = cluster!.Client.GetJob($"native-{mark}");
        Assert.Equal(RefusalKind.NotFound, (await job.Status()).Refusal!.Kind);
        Assert.Equal(SubmitOutcome.Created, (await job.Submit(new JobSubmission { Spec = Spec })).Value!.Outcome);
        Assert.Equal([$"native-{mark}"], await cluster.Client.GetJobs().List());
        Produce("""{"key":1,"amount":5}""", """{"key":2,"amount":500}""");
        Await.That(() => Bands().Count == 2, "both events have come through", () => "");
        Assert.Equal(["large", "small"], Bands().Order());
        Assert.Equal(JobPhase.Stopped, (await job.Stop()).Value!.Phase);
        Assert.NotNull((await job.Remove()).Value);
        Assert.Empty(await cluster.Client.GetJobs().List());
    }

    [ClusterFact]
    public async Task Jobs_of_a_cluster_that_are_handed_in_at_once_learn_of_each_other_what_they_write()
    {
        await Start();
        TestTopics.Create(broker.Bootstrap, $"events-{mark}", 2);
        var first = new JobSubmission { Spec = Spec + $"\ndead_letters: {{ topic: bad-{mark} }}" };
        JobSubmission Other(string name, string topic) => new() { Spec = Spec.Replace($"job: native-{mark}", $"job: {name}-{mark}", StringComparison.Ordinal).Replace($"bands-{mark}", topic, StringComparison.Ordinal) };

        Assert.NotNull((await cluster!.Client.GetJob($"native-{mark}").Submit(first)).Value);
        var together = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => cluster.Client.GetJob($"other{i}-{mark}").Submit(Other($"other{i}", i < 3 ? $"bad-{mark}" : $"bands-{mark}"))));

        Assert.All(together[..3], refused => Assert.Contains($"where the dead letters of job 'native-{mark}' go", refused.Refusal!.Message, StringComparison.Ordinal));
        Assert.All(together[3..], accepted => Assert.Equal(SubmitOutcome.Created, accepted.Value!.Outcome));
    }

    [ClusterFact]
    public async Task A_model_is_known_by_its_grain_and_changed_through_it()
    {
        await Start();
        TestTopics.Create(broker.Bootstrap, $"events-{mark}", 1);
        var (first, second) = (await Upload("float16_weights.onnx"), await Upload("int8_dynamic.onnx"));
        var job = cluster!.Client.GetJob($"native-{mark}");
        var columns = string.Join(", ", Features.Select(n => $"{n}: double"));
        var spec = $$"""
            job: native-{{mark}}
            sources: { events: { topic: events-{{mark}}, key: key, fields: { key: long, {{columns}} } } }
            steps:
              - from: events
              - score: { model: {{ModelPath}}, features: [{{string.Join(", ", Features)}}] }
              - to: { topic: bands-{{mark}}, key: key }
            """;
        var submitted = await job.Submit(new JobSubmission { Spec = spec, Models = new Dictionary<string, string> { [ModelPath] = first } });
        Assert.True(submitted.Ok, submitted.Refusal?.Message + string.Join("; ", submitted.Refusal?.Mistakes ?? []));
        var model = cluster.Client.GetModel($"native-{mark}", ModelPath);
        Assert.Equal(first, (await model.Current()).Value!.Sha256);
        Assert.Equal($"job 'native-{mark}' has no model 'other.onnx'; it has '{ModelPath}'", (await cluster.Client.GetModel($"native-{mark}", "other.onnx").Current()).Refusal!.Message);
        Assert.Equal(RefusalKind.Invalid, (await model.Use(new string('0', 64))).Refusal!.Kind);

        var used = (await model.Use(second)).Value!;
        Assert.Equal((SubmitOutcome.Upgraded, 2), (used.Outcome, used.Revision));
        Assert.Equal(second, (await model.Current()).Value!.Sha256);
        Assert.Equal(SubmitOutcome.Unchanged, (await model.Use(second)).Value!.Outcome);
        await job.Stop();
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
        TestTopics.Delete(broker.Bootstrap, mark);
        Directory.Delete(storage, recursive: true);
    }

    private async Task Start()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(new HostFunctions().Add("band_of", (double amount) => amount > 100 ? "large" : "small"));
            silo.AddMemoryGrainStorage(GrainStorage.Name).AddJobs(new SiloSettings
            {
                Kafka = { Bootstrap = broker.Bootstrap },
                Storage = storage,
                Data = Path.Combine(storage, "data"),
                Lanes = 1,
            });
        });
        builder.ConfigureClient(client => client.Services.AddSerializer(s => s.AddStreamGrains()));
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    private async Task<string> Upload(string file)
    {
        await using var content = File.OpenRead(Path.Combine(Repository.Root, "tests/Onnx.Tests/models/zoo", file));
        return (await cluster!.GetSiloServiceProvider(cluster.Silos[0].SiloAddress).GetRequiredService<ModelFiles>().Add(content, mostTogether: null, CancellationToken.None)).Value!.Sha256;
    }

    private void Produce(params string[] events) =>
        TestTopics.Produce(broker.Bootstrap, $"events-{mark}", events.Select(e => ((string?)e, (byte[]?)System.Text.Encoding.UTF8.GetBytes(e), 1_700_000_000_000L)));

    private List<string> Bands() => [.. TestTopics.ReadCommitted(broker.Bootstrap, $"bands-{mark}").Select(r => System.Text.Json.JsonDocument.Parse(r.Message.Value).RootElement.GetProperty("band").GetString()!)];
}
