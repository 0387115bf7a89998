using System.Globalization;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>Which topics a job needs, and how they are to be created.</summary>
public static class TopicNeeds
{
    /// <summary>Records of internal and dead-letter topics may be this large: a dead letter is a bit larger than the record it holds.</summary>
    public const int MaxRecordBytes = 16 << 20;

    /// <summary>Topics that belong to the job alone. Nothing expires in them by itself: the job removes what it no longer needs.</summary>
    public static IReadOnlyList<TopicNeed> Internal(JobPlan job, int sourcePartitions, int slots)
    {
        var kept = new Dictionary<string, string>
        {
            ["cleanup.policy"] = "delete",
            ["retention.ms"] = "-1",
            ["retention.bytes"] = "-1",
            ["max.message.bytes"] = MaxRecordBytes.ToString(CultureInfo.InvariantCulture),
        };
        return
        [
            new TopicNeed(job.JournalTopic, slots, kept),
            .. job.Stages.Where(s => s.Input is ExchangeInput).Select(s => new TopicNeed(s.Input.Topic, sourcePartitions, kept)),
            .. job.Outboxes.Select(o => new TopicNeed(o.Topic, sourcePartitions, kept)),
        ];
    }

    /// <summary>Topic in which a job's snapshots are when they are kept in Kafka.</summary>
    public static string SnapshotTopic(string job) => $"{job}.snapshots";

    /// <summary>
    /// That topic: one partition says which blobs there are, the other holds their bytes. Compaction removes what was deleted; small segments let it get there soon. Records fit into
    /// what brokers take by default.
    /// </summary>
    public static TopicNeed Snapshots(string job) => new(SnapshotTopic(job), 2, new Dictionary<string, string>
    {
        ["cleanup.policy"] = "compact",
        ["segment.bytes"] = (64 << 20).ToString(CultureInfo.InvariantCulture),
        ["segment.ms"] = "3600000",
        ["max.message.bytes"] = "1048588",
    });

    /// <summary>Topics that others read: sinks and dead letters.</summary>
    public static IReadOnlyList<TopicNeed> Outputs(JobPlan job, int sourcePartitions)
    {
        var deadLetters = new Dictionary<string, string> { ["max.message.bytes"] = MaxRecordBytes.ToString(CultureInfo.InvariantCulture), ["retention.ms"] = "2592000000" };
        return [.. job.OutputTopics.Select(topic => topic == job.DeadLetterTopic ? new TopicNeed(topic, 1, deadLetters) : new TopicNeed(topic, sourcePartitions, new Dictionary<string, string>()))];
    }
}
