using StreamGrains.Engine;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Runtime.Jobs;

/// <summary>
/// Tells when a run until the end is over: a source partition ends at the offset that was its end at the start; a later stage ends, partition by
/// partition, at the offset that is the end once every partition of the stage before has ended and committed. Any thread.
/// </summary>
public sealed class EndOfInput
{
    /// <summary>Milliseconds that the cluster may take to answer: longer than its own limits.</summary>
    private const int QuestionMs = 600_000;

    private readonly object gate = new();
    private readonly Dictionary<TopicPartition, long> ends = [];
    private readonly int[] left;
    private readonly IReadOnlyList<string> topics;
    private readonly IReadOnlyList<int> partitions;
    private readonly JobRuntime job;

    public EndOfInput(JobRuntime job, IReadOnlyList<string> topics, IReadOnlyList<int> partitions)
    {
        (this.job, this.topics, this.partitions) = (job, topics, partitions);
        left = [.. partitions];
        foreach (var (slice, range) in job.Cluster.Ranges(Slices(0))) ends[slice] = range.Next;
    }

    /// <summary>Offset at which the partition ends, or null while that is not known.</summary>
    public long? EndOf(TopicPartition slice)
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

    /// <summary>What the stage before committed last may not show as committed in the partition yet, but it is written.</summary>
    private void AskFor(int stage) => job.MustDo(async () =>
    {
        var (answered, found) = await job.Watcher.Within(() => job.Cluster.WrittenEnds(Slices(stage), job.GiveUp), QuestionMs, job.GiveUp);
        if (!answered) throw new JobFailed($"the cluster has not told within {QuestionMs / 1000} s where topic '{topics[stage]}' ends");
        lock (gate)
            foreach (var (slice, end) in found) ends[slice] = end;
    });

    private List<TopicPartition> Slices(int stage) => [.. Enumerable.Range(0, partitions[stage]).Select(p => new TopicPartition(topics[stage], p))];
}
