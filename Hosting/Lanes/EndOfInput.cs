using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// Tells when a run until the end is over: a source partition ends at the offset that was its end at the start; a later stage ends, partition by
/// partition, at the offset that is the end once every partition of the stage before has ended and committed. Any thread.
/// </summary>
internal sealed class EndOfInput
{
    private readonly object gate = new();
    private readonly Dictionary<TopicSlice, long> ends = [];
    private readonly int[] left;
    private readonly IReadOnlyList<string> topics;
    private readonly IReadOnlyList<int> partitions;
    private readonly IJobCluster cluster;
    private readonly CancellationToken giveUp;

    public EndOfInput(IJobCluster cluster, IReadOnlyList<string> topics, IReadOnlyList<int> partitions, CancellationToken giveUp)
    {
        (this.cluster, this.topics, this.partitions, this.giveUp) = (cluster, topics, partitions, giveUp);
        left = [.. partitions];
        AskFor(0);
    }

    /// <summary>Offset at which the partition ends, or null while that is not known.</summary>
    public long? EndOf(TopicSlice slice)
    {
        lock (gate) return ends.TryGetValue(slice, out var end) ? end : null;
    }

    /// <summary>A partition has taken, drained and committed everything up to its end.</summary>
    public void Ended(ProcessorId id)
    {
        lock (gate)
            if (--left[id.Stage] == 0 && id.Stage + 1 < left.Length) AskFor(id.Stage + 1);
    }

    /// <summary>Whether every partition of every stage has ended.</summary>
    public bool AllEnded
    {
        get
        {
            lock (gate) return left.All(l => l == 0);
        }
    }

    private void AskFor(int stage)
    {
        var slices = Enumerable.Range(0, partitions[stage]).Select(p => new TopicSlice(topics[stage], p)).ToList();
        if (stage == 0)
            foreach (var (slice, range) in cluster.Ranges(slices)) ends[slice] = range.Next;
        else
            // What the stage before committed last may not show as committed in the partition yet, but it is written.
            foreach (var (slice, end) in cluster.WrittenEnds(slices, giveUp)) ends[slice] = end;
    }
}
