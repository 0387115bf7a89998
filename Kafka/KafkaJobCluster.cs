using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>A Kafka cluster as one job sees it. Owner: the process that runs the job.</summary>
public sealed class KafkaJobCluster : IJobCluster, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly JobPlan job;
    private readonly KafkaSettings settings;
    private readonly IAdminClient admin;
    private readonly IConsumer<Ignore, Ignore> groupProbe;

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
        var found = admin.GetMetadata(topic, Timeout).Topics.FirstOrDefault(t => t.Topic == topic);
        return found is null || found.Error.IsError || found.Partitions.Count == 0 ? null : found.Partitions.Count;
    }

    /// <inheritdoc/>
    public void EnsureTopics(IReadOnlyList<TopicNeed> topics)
    {
        var missing = topics.Where(t => PartitionCount(t.Name) is null).ToList();
        if (missing.Count == 0) return;
        try
        {
            admin.CreateTopicsAsync(missing.Select(t => new TopicSpecification
            {
                Name = t.Name,
                NumPartitions = t.Partitions,
                ReplicationFactor = -1,
                Configs = t.Settings.ToDictionary(),
            }), new CreateTopicsOptions { RequestTimeout = Timeout }).GetAwaiter().GetResult();
        }
        catch (CreateTopicsException failure)
        {
            var failed = failure.Results.Where(r => r.Error.IsError && r.Error.Code != ErrorCode.TopicAlreadyExists).ToList();
            if (failed.Count > 0) throw new JobFailed($"cannot create topic '{failed[0].Topic}': {failed[0].Error.Reason}", failure);
        }
        catch (KafkaException failure)
        {
            throw new JobFailed($"cannot create topics {string.Join(", ", missing.Select(t => $"'{t.Name}'"))}: {failure.Error.Reason}", failure);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<TopicSlice, OffsetRange> Ranges(IReadOnlyCollection<TopicSlice> partitions)
    {
        lock (groupProbe) return Ranges(groupProbe, partitions);
    }

    /// <inheritdoc/>
    public ILaneConsumer OpenConsumer() => new KafkaLaneConsumer(settings.Lane(job.Name));

    /// <inheritdoc/>
    public ISlotLog OpenSlotLog(int slot, CancellationToken giveUp) => new KafkaSlotLog(job, slot, settings, groupProbe.ConsumerGroupMetadata, giveUp);

    /// <inheritdoc/>
    public void Trim(IReadOnlyDictionary<TopicSlice, long> before)
    {
        if (before.Count == 0) return;
        try
        {
            admin.DeleteRecordsAsync(before.Select(b => new TopicPartitionOffset(b.Key.Topic, b.Key.Partition, b.Value))).GetAwaiter().GetResult();
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

    internal static Dictionary<TopicSlice, OffsetRange> Ranges(IConsumer<Ignore, Ignore> consumer, IReadOnlyCollection<TopicSlice> partitions)
    {
        var ranges = new Dictionary<TopicSlice, OffsetRange>();
        foreach (var p in partitions)
        {
            try
            {
                var range = consumer.QueryWatermarkOffsets(new TopicPartition(p.Topic, p.Partition), Timeout);
                ranges[p] = new OffsetRange(range.Low.Value, range.High.Value);
            }
            catch (KafkaException failure)
            {
                throw new JobFailed($"cannot ask for the offsets of {p}: {failure.Error.Reason}", failure);
            }
        }
        return ranges;
    }
}
