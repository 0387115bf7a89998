using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>A Kafka cluster as one job sees it. Owner: the process that runs the job.</summary>
public sealed class KafkaJobCluster : IJobCluster, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);
    private const int WaitMs = 50;

    private readonly JobPlan job;
    private readonly KafkaSettings settings;
    private readonly IAdminClient admin;
    private readonly IConsumer<Ignore, Ignore> groupProbe;
    private readonly HashSet<string> ensured = [];

    /// <summary>Connects lazily: nothing is sent before the first call.</summary>
    public KafkaJobCluster(JobPlan job, KafkaSettings settings)
    {
        this.job = job;
        this.settings = settings;
        admin = new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        groupProbe = settings.OpenProbe(job.Name);
    }

    /// <inheritdoc/>
    public int? PartitionCount(string topic)
    {
        // A topic that was made a moment ago is not yet known to every broker.
        for (var end = DateTime.UtcNow + (ensured.Contains(topic) ? Timeout : TimeSpan.Zero); ; Thread.Sleep(WaitMs))
        {
            // Metadata of all topics: asking for one by name may create it.
            var found = Metadata().Topics.FirstOrDefault(t => t.Topic == topic);
            if (found is { Error.IsError: false, Partitions.Count: > 0 }) return found.Partitions.Count;
            if (DateTime.UtcNow >= end) return null;
        }
    }

    /// <summary>Names of all topics, to say which one was meant.</summary>
    public IReadOnlyList<string> TopicNames() => [.. Metadata().Topics.Select(t => t.Topic)];

    /// <inheritdoc/>
    public void EnsureTopics(IReadOnlyList<TopicNeed> topics)
    {
        var there = TopicNames();
        TopicMaker.Create(admin, topics.Where(t => !there.Contains(t.Name)).ToList());
        ensured.UnionWith(topics.Select(t => t.Name));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<TopicSlice, OffsetRange> Ranges(IReadOnlyCollection<TopicSlice> partitions)
    {
        lock (groupProbe) return Ranges(groupProbe, partitions);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<TopicSlice, long> WrittenEnds(IReadOnlyCollection<TopicSlice> partitions, CancellationToken giveUp)
    {
        var specs = partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(p.Topic, p.Partition), OffsetSpec = OffsetSpec.Latest() });
        var options = new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = Attempt };
        var found = KafkaRetry.Ask("asking for the ends of topics", () => Fresh(() => admin.ListOffsetsAsync(specs, options).GetAwaiter().GetResult()), giveUp);
        return found.ResultInfos.ToDictionary(
            r => new TopicSlice(r.TopicPartitionOffsetError.Topic, r.TopicPartitionOffsetError.Partition.Value), r => r.TopicPartitionOffsetError.Offset.Value);
    }

    /// <inheritdoc/>
    public TopicIdentities Identities(IReadOnlyCollection<string> topics) => KafkaRetry.Ask("asking which topics these are", () => Fresh(() => TopicIds.Ask(admin, topics)));

    /// <inheritdoc/>
    public ILaneConsumer OpenConsumer() => new KafkaLaneConsumer(settings.Lane(job.Name));

    /// <inheritdoc/>
    public ISlotLog OpenSlotLog(int slot, CancellationToken giveUp) => new KafkaSlotLog(job, slot, settings, this, groupProbe.ConsumerGroupMetadata, giveUp);

    /// <inheritdoc/>
    public string? Hindrance(int slot)
    {
        try
        {
            return CommitHindrance.Find(admin, job, slot);
        }
        catch (KafkaException failure)
        {
            return $"no Kafka broker answers at {settings.Bootstrap}: {failure.Error.Reason} ({failure.Error.Code})";
        }
    }

    /// <inheritdoc/>
    public void Trim(IReadOnlyDictionary<TopicSlice, long> before)
    {
        if (before.Count == 0) return;
        try
        {
            Fresh(() => admin.DeleteRecordsAsync(before.Select(b => new TopicPartitionOffset(b.Key.Topic, b.Key.Partition, b.Value))).GetAwaiter().GetResult());
        }
        catch (KafkaException)
        {
            // Best effort: what stays is removed with the next snapshot.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        groupProbe.Dispose();
        admin.Dispose();
    }

    /// <summary>
    /// The client's administration asks the leaders that it remembers and does not look for new ones when these say that they lead no longer: after a failure it is made to.
    /// </summary>
    private T Fresh<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException)
        {
            admin.GetMetadata(Attempt);
            throw;
        }
    }

    private Metadata Metadata()
    {
        try
        {
            return admin.GetMetadata(Timeout);
        }
        catch (KafkaException failure)
        {
            throw new ClusterUnreachable($"no Kafka broker answers at {settings.Bootstrap}: {failure.Error.Reason}", failure);
        }
    }

    internal static Dictionary<TopicSlice, OffsetRange> Ranges(IConsumer<Ignore, Ignore> consumer, IReadOnlyCollection<TopicSlice> partitions)
    {
        var ranges = new Dictionary<TopicSlice, OffsetRange>();
        foreach (var p in partitions)
        {
            var range = KafkaRetry.Ask($"asking for the offsets of {p}", () => consumer.QueryWatermarkOffsets(new TopicPartition(p.Topic, p.Partition), Timeout));
            ranges[p] = new OffsetRange(range.Low.Value, range.High.Value);
        }
        return ranges;
    }
}

/// <summary>No broker answers. The message names the address.</summary>
public sealed class ClusterUnreachable(string message, Exception inner) : IOException(message, inner);
