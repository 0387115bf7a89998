using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Jobs;

/// <summary>How far partitions reach for readers of committed records, and how much open transactions keep from them.</summary>
public static class SourceEnds
{
    /// <summary>May take long, and throws when the cluster does not answer.</summary>
    public static IReadOnlyDictionary<TopicPartition, OffsetRange> Ask(IJobCluster cluster, IReadOnlyCollection<TopicPartition> partitions)
    {
        var ranges = cluster.Ranges(partitions);
        var written = cluster.WrittenEnds(partitions, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return ranges.ToDictionary(r => r.Key, r => r.Value with { HeldBack = Math.Max(0, written.GetValueOrDefault(r.Key) - r.Value.Next) });
    }
}
