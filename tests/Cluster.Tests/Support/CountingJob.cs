using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cluster.Tests.Support;

/// <summary>
/// A job that counts events by key, under load, and a reader of its committed output. Every event gives one count, so what a key's counts must be is known: 1, 2, 3 and so on.
/// </summary>
internal sealed class CountingJob : IDisposable
{
    public const int Keys = 200;
    private const int Batch = 100;

    private readonly string bootstrap;
    private readonly string more;
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<int, DateTime> lastOutput = new();
    private readonly ConcurrentDictionary<int, TimeSpan> longestSilence = new();
    private Thread? load, reader;
    private volatile int produced, heard;

    /// <summary>With <paramref name="more"/> steps behind those that count: YAML.</summary>
    public CountingJob(string bootstrap, int partitions, string more = "")
    {
        (this.bootstrap, this.more) = (bootstrap, more);
        Partitions = partitions;
        TestTopics.Create(bootstrap, $"events-{mark}", partitions);
    }

    public string Name => $"counting-{mark}";

    public int Partitions { get; }

    /// <summary>Keys beside those that are under load, each with one event: a state of some size.</summary>
    public int Ballast { get; init; }

    /// <summary>Warm copies of each slot's state.</summary>
    public int Standby { get; init; }

    public string Spec => $$"""
        job: {{Name}}
        standby: {{Standby}}
        sources:
          events:
            topic: events-{{mark}}
            key: key
            fields: { key: long, ts: timestamp_ms }
            event_time: ts
            watermark: { delay: 1s, idle_after: 5s }
        snapshot: { every: 2s }
        steps:
          - from: events
          - rolling: { n: count() over 30d }
          - to: { topic: counts-{{mark}}, key: key }
          {{more}}
        """;

    /// <summary>Events of each key; what is still to be produced does not count.</summary>
    public int PerKey => produced / Keys;

    /// <summary>Produces events, about 1000 a second, and reads the job's output, until told to stop.</summary>
    public void BeginLoad()
    {
        for (var at = 0; at < Ballast; at += 10_000)
            TestTopics.Produce(bootstrap, $"events-{mark}", Enumerable.Range(Keys + at, Math.Min(10_000, Ballast - at)).Select(i => Event(i, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 10_000_000)));
        load = new Thread(Load);
        load.Start();
        reader = new Thread(Watch);
        reader.Start();
    }

    /// <summary>Whether everything that was put there for its size is in the job's state, and its output has been read here: what comes now is new.</summary>
    public bool Holds(JobStatus? status) => status is { Totals: { Lag: < 5_000 } totals } && totals.Keys >= Keys + Ballast && heard >= Ballast + produced - 5_000;

    public void EndLoad()
    {
        stop.Cancel();
        load?.Join();
        reader?.Join();
    }

    /// <summary>When committed output last came from a partition.</summary>
    public DateTime LastOutput(int partition) => lastOutput.GetValueOrDefault(partition);

    /// <summary>Longest time without output of a partition since <see cref="ForgetSilence"/>.</summary>
    public TimeSpan LongestSilence(int partition) => longestSilence.GetValueOrDefault(partition);

    public void ForgetSilence() => longestSilence.Clear();

    /// <summary>Waits until every event has its count, then checks that each has one.</summary>
    public void CheckComplete(Func<string> explain)
    {
        Dictionary<long, List<long>> counts = [];
        Await.That(() => (counts = ReadCounts()).Values.Sum(c => c.Count) >= produced, "every event has its count", explain);
        Assert.All(counts.Values, c => Assert.Equal(Enumerable.Range(1, produced / Keys).Select(n => (long)n), c));
        Assert.Equal(Keys, counts.Count);
    }

    public void Dispose()
    {
        EndLoad();
        stop.Dispose();
        TestTopics.Delete(bootstrap, mark);
    }

    private Dictionary<long, List<long>> ReadCounts() => TestTopics.ReadCommitted(bootstrap, $"counts-{mark}")
        .Select(r => JsonDocument.Parse(r.Message.Value).RootElement)
        .Where(r => r.GetProperty("key").GetInt64() < Keys)
        .GroupBy(r => r.GetProperty("key").GetInt64(), r => r.GetProperty("n").GetInt64())
        .ToDictionary(g => g.Key, g => g.ToList());

    private void Load()
    {
        var start = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 10_000_000;
        // Whole rounds of all keys, so that every key has as many events as the others.
        while (!stop.IsCancellationRequested || produced % Keys != 0)
        {
            TestTopics.Produce(bootstrap, $"events-{mark}", Enumerable.Range(produced, Batch).Select(i => Event(i % Keys, start + i)));
            produced += Batch;
            stop.Token.WaitHandle.WaitOne(50);
        }
    }

    private static (string? Key, byte[]? Value, long Time) Event(int key, long ts) => ($"{key}", Encoding.UTF8.GetBytes($"{{\"key\":{key},\"ts\":{ts}}}"), ts);

    private void Watch()
    {
        var config = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = $"watch-{mark}", IsolationLevel = IsolationLevel.ReadCommitted, EnableAutoCommit = false, FetchWaitMaxMs = 20 };
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(config).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset($"counts-{mark}", p, Offset.Beginning)));
        while (!stop.IsCancellationRequested)
            if (consumer.Consume(TimeSpan.FromMilliseconds(50)) is { } record) Heard(record.Partition.Value, DateTime.UtcNow);
    }

    private void Heard(int partition, DateTime now)
    {
        heard++;
        if (lastOutput.TryGetValue(partition, out var before)) longestSilence.AddOrUpdate(partition, now - before, (_, longest) => longest > now - before ? longest : now - before);
        lastOutput[partition] = now;
    }
}
