using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka;

/// <summary>A Kafka cluster as one job sees it. Owner: the process that runs the job.</summary>
public sealed class KafkaJobCluster : IJobCluster, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(5);
    private const int WaitMs = 50;

    private readonly JobPlan job;
    private readonly KafkaSettings settings;
    private readonly RenewedClient<IAdminClient> admin;
    private readonly RenewedClient<IConsumer<Ignore, Ignore>> groupProbe;
    private readonly HashSet<string> ensured = [];

    /// <summary>Connects lazily: nothing is sent before the first call.</summary>
    public KafkaJobCluster(JobPlan job, KafkaSettings settings)
    {
        this.job = job;
        this.settings = settings;
        admin = new(() => new AdminClientBuilder(settings.Admin()).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build(), Tell);
        groupProbe = new(() => settings.OpenProbe(job.Name), Tell);
    }

    /// <inheritdoc/>
    public Action<string> Notice { private get; set; } = _ => { };

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
        TopicMaker.Create(admin, [.. topics.Where(t => !there.Contains(t.Name))]);
        ensured.UnionWith(topics.Select(t => t.Name));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> CheckTopics()
    {
        var there = TopicNames();
        List<string> concerned = [.. TopicNeeds.Internal(job, 1, 1).Concat(TopicNeeds.Outputs(job, 1)).Select(t => t.Name).Append(job.Stages[0].Input.Topic).Distinct().Where(there.Contains)];
        try
        {
            return TopicCheck.Find(job, admin.Call("asking for the settings of topics", Attempt, c => TopicCheck.Ask(c, concerned, Attempt)));
        }
        catch (KafkaException)
        {
            // Without the right to read settings it shows when records are refused.
            return [];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<TopicPartition, OffsetRange> Ranges(IReadOnlyCollection<TopicPartition> partitions) => Ranges(groupProbe, partitions);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<TopicPartition, long>> WrittenEnds(IReadOnlyCollection<TopicPartition> partitions, CancellationToken giveUp)
    {
        var specs = partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = new Confluent.Kafka.TopicPartition(p.Topic, p.Partition), OffsetSpec = OffsetSpec.Latest() });
        var options = new ListOffsetsOptions { IsolationLevel = IsolationLevel.ReadUncommitted, RequestTimeout = Attempt };
        const string Doing = "asking for the ends of topics";
        var found = KafkaRetry.Ask(Doing, () => Fresh(Doing, c => c.ListOffsetsAsync(specs, options).GetAwaiter().GetResult(), giveUp), giveUp);
        return new(found.ResultInfos.ToDictionary(
            r => new TopicPartition(r.TopicPartitionOffsetError.Topic, r.TopicPartitionOffsetError.Partition.Value), r => r.TopicPartitionOffsetError.Offset.Value));
    }

    /// <inheritdoc/>
    public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics, CancellationToken giveUp)
    {
        const string Doing = "asking which topics these are";
        return new(KafkaRetry.Ask(Doing, () => Fresh(Doing, c => TopicIds.Ask(c, topics), giveUp), giveUp));
    }

    /// <inheritdoc/>
    public ILaneConsumer OpenConsumer() => new KafkaLaneConsumer(settings.Lane(job.Name));

    /// <inheritdoc/>
    public ISlotLog OpenSlotLog(int slot, CancellationToken giveUp) =>
        new KafkaSlotLog(job, slot, settings, this, groupProbe.Call("asking for the group", Attempt, c => c.ConsumerGroupMetadata, giveUp), giveUp) { Notice = Tell };

    /// <inheritdoc/>
    public ValueTask<string?> DiagnoseCommit(int slot)
    {
        try
        {
            return new(admin.Call("asking what keeps commits from landing", 2 * Attempt, c => CommitDiagnosis.Find(c, job, slot)));
        }
        catch (KafkaException failure)
        {
            return new($"no Kafka broker answers at {settings.Bootstrap}: {failure.Error.Reason} ({failure.Error.Code})");
        }
    }

    /// <inheritdoc/>
    public ValueTask Trim(IReadOnlyDictionary<TopicPartition, long> before, CancellationToken giveUp)
    {
        if (before.Count == 0) return ValueTask.CompletedTask;
        List<TopicPartitionOffset> offsets = [.. before.Select(b => new TopicPartitionOffset(b.Key.Topic, b.Key.Partition, b.Value))];
        var options = new DeleteRecordsOptions { RequestTimeout = Attempt, OperationTimeout = Attempt };
        try
        {
            Fresh("deleting records", c => c.DeleteRecordsAsync(offsets, options).GetAwaiter().GetResult(), giveUp);
            return ValueTask.CompletedTask;
        }
        catch (KafkaException failure)
        {
            throw new IOException($"{failure.Error.Reason} ({failure.Error.Code})", failure);
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
    private T Fresh<T>(string doing, Func<IAdminClient, T> question, CancellationToken giveUp)
    {
        try
        {
            return admin.Call(doing, Attempt, question, giveUp);
        }
        catch (KafkaException)
        {
            admin.Call("asking for metadata", Attempt, c => c.GetMetadata(Attempt), giveUp);
            throw;
        }
    }

    private void Tell(string message) => Notice(message);

    private Metadata Metadata()
    {
        try
        {
            return admin.Call("asking for metadata", Timeout, c => c.GetMetadata(Timeout));
        }
        catch (KafkaException failure)
        {
            throw new ClusterUnreachable($"no Kafka broker answers at {settings.Bootstrap}: {failure.Error.Reason}", failure);
        }
    }

    internal static Dictionary<TopicPartition, OffsetRange> Ranges(RenewedClient<IConsumer<Ignore, Ignore>> probe, IReadOnlyCollection<TopicPartition> partitions, CancellationToken giveUp = default)
    {
        var ranges = new Dictionary<TopicPartition, OffsetRange>();
        foreach (var p in partitions)
        {
            var doing = $"asking for the offsets of {p}";
            var range = KafkaRetry.Ask(doing, () => probe.Call(doing, Timeout, c => c.QueryWatermarkOffsets(new Confluent.Kafka.TopicPartition(p.Topic, p.Partition), Timeout), giveUp), giveUp);
            ranges[p] = new OffsetRange(range.Low.Value, range.High.Value);
        }
        return ranges;
    }
}

/// <summary>No broker answers. The message names the address.</summary>
public sealed class ClusterUnreachable(string message, Exception inner) : IOException(message, inner);
