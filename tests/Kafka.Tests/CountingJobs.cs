using System.Text;
using System.Text.Json;
using StreamGrains.Composition;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Storage;

namespace StreamGrains.Kafka.Tests;

/// <summary>
/// Jobs as a server has them, on a real broker, and one that counts events by key, re-keys and counts again: of <see cref="Keys"/> keys each has as many events as the others.
/// </summary>
public abstract class CountingJobs : IAsyncLifetime, IAsyncDisposable
{
    private protected const int Keys = 40;

    private readonly TestBroker broker;
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];
    private readonly string data = Directory.CreateTempSubdirectory("streamgrains-jobs-").FullName;
    private readonly KafkaJobEnvironment environment;
    private readonly List<(long Key, long Time)> events = [];

    private protected CountingJobs(TestBroker broker)
    {
        this.broker = broker;
        environment = new KafkaJobEnvironment(new KafkaSettings(broker.Bootstrap), new DirectoryLocation(Path.Combine(data, "snapshots")));
        Check = new SubmissionCheck(environment, new ModelFiles(Path.Combine(data, "models"), environment.Models, null), data);
        Host = new JobHost(environment, new JobHostOptions { Owner = "test", Lanes = 2 });
        Control = Jobs(Host);
        TestTopics.Create(broker.Bootstrap, $"events-{mark}", 4);
    }

    private protected string Name => $"saved-{mark}";

    private protected IJobEnvironment Environment => environment;

    private protected SubmissionCheck Check { get; }

    private protected JobHost Host { get; }

    private protected LocalJobs Control { get; }

    private protected RecordFiles JobRecords => new(Path.Combine(data, "jobs"));

    /// <summary>Every event that was produced.</summary>
    private protected IReadOnlyList<(long Key, long Time)> Events => events;

    private protected int Produced => events.Count;

    /// <summary>Steps behind the last of the job.</summary>
    private protected virtual string MoreSteps => "";

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    // The test framework knows no other way to await the end.
    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Control.Dispose();
        environment.Dispose();
        Directory.Delete(data, recursive: true);
        TestTopics.Delete(broker.Bootstrap, mark);
        GC.SuppressFinalize(this);
    }

    private protected string Spec => $$"""
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
          {{MoreSteps}}
        """;

    private protected LocalJobs Jobs(JobHost of) => new(of, Check, new GenerationChange(environment, Check, TimeProvider.System), JobRecords, TimeProvider.System);

    private protected async Task Submit() => Assert.Equal(SubmitOutcome.Created, (await Control.Submit(new JobSubmission { Spec = Spec }, default)).Value!.Outcome);

    private protected void Produce(int count)
    {
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 1_000_000;
        List<(long Key, long Time)> added = [.. Enumerable.Range(Produced, count).Select(i => ((long)i % Keys, at + i))];
        TestTopics.Produce(broker.Bootstrap, $"events-{mark}", added.Select(e =>
            ((string?)$"{e.Key}", (byte[]?)Encoding.UTF8.GetBytes($"{{\"key\":{e.Key},\"ts\":{e.Time}}}"), e.Time)));
        events.AddRange(added);
    }

    /// <summary>Waits until a topic has a result of every key.</summary>
    private protected Task EveryKey(string topic) => Until(() => Counts(topic).Count == Keys, $"results of every key in {topic}");

    private protected Task Written(string topic, int records) => Until(() => Counts(topic).Values.Sum(c => c.Count) >= records, $"{records} records in {topic}");

    private protected Dictionary<long, List<int>> Counts(string topic)
    {
        var (key, count) = topic == "counts" ? ("key", "n") : ("other", "again");
        return TestTopics.ReadCommitted(broker.Bootstrap, $"{topic}-{mark}")
            .Select(r => JsonDocument.Parse(r.Message.Value).RootElement)
            .GroupBy(r => r.GetProperty(key).GetInt64(), r => r.GetProperty(count).GetInt32())
            .ToDictionary(g => g.Key, g => g.ToList());
    }

    private protected async Task Until(Func<bool> condition, string what)
    {
        var came = await Task.Run(() => Eventually.Holds(condition, TimeSpan.FromMinutes(1)));
        Assert.True(came, $"it did not come to this within a minute: {what}\n{string.Join('\n', Host.Log(Name, 0, 50).Select(l => l.Text))}");
    }
}
