using System.Text;
using System.Text.Json;
using StreamGrains.Composition;
using StreamGrains.Contracts.Control;
using StreamGrains.Hosting.Control;
using StreamGrains.Hosting.Supervision;
using StreamGrains.Storage;

namespace StreamGrains.Kafka.Tests;

/// <summary>Savepoints of a job that re-keys: what was on its way between the stages moves along.</summary>
[Collection(BrokerCollection.Name)]
public sealed class SavepointTests : IAsyncDisposable
{
    private const int Keys = 40;

    private readonly TestBroker broker;
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];
    private readonly string data = Directory.CreateTempSubdirectory("streamgrains-savepoint-").FullName;
    private readonly KafkaJobEnvironment environment;
    private readonly SubmissionCheck check;
    private readonly JobHost host;
    private readonly LocalJobs jobs;
    private int produced;

    public SavepointTests(TestBroker broker)
    {
        this.broker = broker;
        environment = new KafkaJobEnvironment(new KafkaSettings(broker.Bootstrap), new DirectoryLocation(Path.Combine(data, "snapshots")));
        check = new SubmissionCheck(environment, new ModelFiles(Path.Combine(data, "models"), null), data);
        host = new JobHost(environment, new JobHostOptions { Owner = "test", Lanes = 2 });
        jobs = Jobs(host);
        TestTopics.Create(broker.Bootstrap, $"events-{mark}", 4);
    }

    private string Name => $"saved-{mark}";

    [Fact]
    public async Task A_job_keeps_its_state_through_other_numbers_of_slots_and_every_event_counts_once()
    {
        await Submit();
        foreach (var slots in new[] { 2, 3, 1, 4 })
        {
            Produce(2_000);
            var status = await jobs.Rescale(Name, slots, default);
            Assert.Null(status.Refusal);
            Assert.Equal(slots, status.Value!.Slots.Count);
        }
        Produce(2_000);
        await Written("counts", produced);
        await Written("recounts", produced);

        Assert.All(Counts("counts").Values, c => Assert.Equal(Enumerable.Range(1, produced / Keys), c));
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, produced / Keys), c));
    }

    [Fact]
    public async Task A_job_that_has_committed_nothing_yet_gets_other_slots_as_well()
    {
        await Submit();
        Assert.Null((await jobs.Rescale(Name, 3, default)).Refusal);
        Produce(400);
        await Written("recounts", 400);
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, 400 / Keys), c));
    }

    [Fact]
    public async Task A_start_from_a_savepoint_has_state_and_place_of_then()
    {
        await Submit();
        Produce(2_000);
        await Written("recounts", 2_000);
        var savepoint = (await jobs.TakeSavepoint(Name, default)).Value!;
        Produce(2_000);
        await Written("recounts", 4_000);
        Assert.Equal([savepoint.Id], (await jobs.Savepoints(Name, default)).Value!.Select(s => s.Id));

        Assert.Null((await jobs.StartFrom(Name, savepoint.Id, default)).Refusal);
        await Written("recounts", 6_000);

        int first = 2_000 / Keys, all = 4_000 / Keys;
        var expected = Enumerable.Range(1, all).Concat(Enumerable.Range(first + 1, all - first));
        Assert.All(Counts("recounts").Values, c => Assert.Equal(expected, c));
        Assert.All(Counts("counts").Values, c => Assert.Equal(expected, c));
    }

    [Fact]
    public async Task An_owner_of_the_generation_before_that_wakes_up_late_stops_and_says_why()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        Assert.Null((await jobs.Rescale(Name, 2, default)).Refusal);

        await using var late = new JobHost(environment, new JobHostOptions { Owner = "late", Lanes = 1 });
        late.Take(await check.Plan(new JobSubmission { Spec = Spec }, generation: 1, default), 1, slot: 3);
        await Until(() => late.Report(Name).Slots is [{ LastFailure: var last }] && last is { Kind: FailureKind.Fenced } failure && failure.Message.Contains("closed", StringComparison.Ordinal), "the late owner is fenced");

        Produce(400);
        await Written("recounts", 800);
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, 800 / Keys), c));
    }

    [Fact]
    public async Task A_server_that_ended_while_a_generation_began_goes_on_where_it_was()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        var savepoint = (await jobs.TakeSavepoint(Name, default)).Value!;
        await jobs.Stop(Name, default);
        // As it is found after the order was kept and nothing more.
        var files = new RecordFiles(Path.Combine(data, "jobs"));
        var record = files.Load().Single();
        files.Save(record with { Wanted = true, Slots = 3, Generation = 2, Seed = new SeedOrder(savepoint.Id, 1) });

        await using var again = new JobHost(environment, new JobHostOptions { Owner = "again", Lanes = 1 });
        using var resumed = Jobs(again);
        await resumed.Resume(notice => Assert.Fail(notice), default);
        Produce(400);
        await Written("recounts", 800);
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, 800 / Keys), c));
        Assert.Null(files.Load().Single().Seed);
    }

    [Fact]
    public async Task What_is_no_savepoint_and_slots_that_would_have_nothing_to_do_are_refused_and_the_job_goes_on()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        Assert.Equal(RefusalKind.NotFound, (await jobs.StartFrom(Name, "20260101T000000.000Z", default)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await jobs.StartFrom(Name, "../../etc", default)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Invalid, (await jobs.Rescale(Name, 5, default)).Refusal!.Kind);
        Produce(400);
        await Written("recounts", 800);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        jobs.Dispose();
        environment.Dispose();
        Directory.Delete(data, recursive: true);
        TestTopics.Delete(broker.Bootstrap, mark);
    }

    private string Spec => $$"""
        job: {{Name}}
        sources:
          events:
            topic: events-{{mark}}
            key: key
            fields: { key: long, ts: timestamp_ms }
            event_time: ts
            watermark: { delay: 1s, idle_after: 2s }
        steps:
          - from: events
          - rolling: { n: count() over 30d }
          - to: { topic: counts-{{mark}}, key: key }
          - derive: { other: key * 7 + 1 }
          - key: other
          - rolling: { again: count() over 30d }
          - to: { topic: recounts-{{mark}}, key: other, fields: [other, again] }
        """;

    private LocalJobs Jobs(JobHost of) => new(of, check, new GenerationChange(environment, check, TimeProvider.System), new RecordFiles(Path.Combine(data, "jobs")), TimeProvider.System);

    private async Task Submit() => Assert.Equal(SubmitOutcome.Created, (await jobs.Submit(new JobSubmission { Spec = Spec }, default)).Value!.Outcome);

    private void Produce(int events)
    {
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000_000;
        TestTopics.Produce(broker.Bootstrap, $"events-{mark}", Enumerable.Range(produced, events).Select(i =>
            ((string?)$"{i % Keys}", (byte[]?)Encoding.UTF8.GetBytes($"{{\"key\":{i % Keys},\"ts\":{at + i}}}"), at + i)));
        produced += events;
    }

    private Task Written(string topic, int records) => Until(() => Counts(topic).Values.Sum(c => c.Count) >= records, $"{records} records in {topic}");

    private Dictionary<long, List<int>> Counts(string topic)
    {
        var (key, count) = topic == "counts" ? ("key", "n") : ("other", "again");
        return TestTopics.ReadCommitted(broker.Bootstrap, $"{topic}-{mark}")
            .Select(r => JsonDocument.Parse(r.Message.Value).RootElement)
            .GroupBy(r => r.GetProperty(key).GetInt64(), r => r.GetProperty(count).GetInt32())
            .ToDictionary(g => g.Key, g => g.ToList());
    }

    private async Task Until(Func<bool> condition, string what)
    {
        var came = await Task.Run(() => SpinWait.SpinUntil(() => Thread.Yield() && condition(), TimeSpan.FromMinutes(1)));
        Assert.True(came, $"it did not come to this within a minute: {what}\n{string.Join('\n', host.Log(Name, 0, 50).Select(l => l.Text))}");
    }
}
