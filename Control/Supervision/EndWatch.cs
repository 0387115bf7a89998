using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Supervision;

/// <summary>
/// How far partitions reach, as of a moment ago: asked of Kafka in the background, every few seconds for as long as somebody looks, so that nobody who looks waits for a broker. What is older
/// than ten seconds is not known any more: a broker that does not answer would look like one without new records. Any thread.
/// </summary>
/// <param name="ranges">Asks Kafka, and may take long.</param>
/// <param name="time">Clock.</param>
internal sealed class EndWatch(Func<IReadOnlyCollection<TopicPartition>, IReadOnlyDictionary<TopicPartition, OffsetRange>> ranges, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2), Known = TimeSpan.FromSeconds(10), Looking = TimeSpan.FromMinutes(2);
    private static readonly IReadOnlyDictionary<TopicPartition, OffsetRange> Nothing = new Dictionary<TopicPartition, OffsetRange>();

    private readonly Lock gate = new();
    private volatile Ends ends = new(Nothing, 0);
    private readonly Dictionary<TopicPartition, HeldBack> held = [];
    private IReadOnlyCollection<TopicPartition> wanted = [];
    private ITimer? again;
    private long lookedAt;
    private bool ended;
    private volatile SlotDelay? silent;

    /// <summary>The question that is under way, or was last.</summary>
    public Task Asking { get; private set; } = Task.CompletedTask;

    /// <summary>Records of the partition from <paramref name="position"/> on; null while that is not known.</summary>
    public long? Lag(TopicPartition partition, long position)
    {
        var known = ends;
        return time.GetElapsedTime(known.At) <= Known && known.Of.TryGetValue(partition, out var range) ? Math.Max(0, range.Next - position) : null;
    }

    /// <summary>What an open transaction upstream keeps from readers of the partition; null while there is none, or that is not known.</summary>
    public HeldBack? HeldBack(TopicPartition partition)
    {
        lock (gate) return time.GetElapsedTime(ends.At) <= Known ? held.GetValueOrDefault(partition) : null;
    }

    /// <summary>A slot that runs is stalled, too, while Kafka does not say how far its partitions reach: it may have nothing to commit, and cannot know of anything.</summary>
    public SlotStatus Judge(SlotStatus slot) =>
        slot.Phase == SlotPhase.Running && silent is { } delay && time.GetUtcNow() - delay.Since > Known ? slot with { Phase = SlotPhase.Stalled, Stalled = delay } : slot;

    /// <summary>Somebody looks at these partitions.</summary>
    public void Look(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (gate)
        {
            if (partitions.Count == 0 || ended) return;
            (wanted, lookedAt) = (partitions, time.GetTimestamp());
            if (again is null) Ask();
        }
    }

    /// <summary>Asks no more; completes when nothing is under way.</summary>
    public Task End()
    {
        lock (gate)
        {
            ended = true;
            again?.Dispose();
            return Asking;
        }
    }

    private void Ask()
    {
        lock (gate)
        {
            if (ended) return;
            again ??= time.CreateTimer(_ => Ask(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            silent ??= new SlotDelay(time.GetUtcNow(), "Kafka does not say how far the job's topics reach");
            // Kafka may not answer for half a minute, and the pool's threads are few.
            Asking = Task.Factory.StartNew(() => Ask(wanted), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    private void Ask(IReadOnlyCollection<TopicPartition> partitions)
    {
        var at = time.GetTimestamp();
        try
        {
            var now = ranges(partitions);
            lock (gate) Hold(now);
            ends = new Ends(now, at);
            silent = null;
        }
        catch (Exception failure)
        {
            silent = (silent ?? new SlotDelay(time.GetUtcNow(), "")) with { Reason = $"Kafka does not say how far the job's topics reach: {failure.Message}" };
        }
        lock (gate)
        {
            if (!ended && time.GetElapsedTime(lookedAt) < Looking) again!.Change(Every, Timeout.InfiniteTimeSpan);
            else (again, silent) = (Dispose(again), null);
        }
    }

    /// <summary>The same transaction holds on while the offset that it begins at is the end for readers.</summary>
    private void Hold(IReadOnlyDictionary<TopicPartition, OffsetRange> now)
    {
        foreach (var (slice, range) in now)
        {
            var same = held.TryGetValue(slice, out var before) && ends.Of.TryGetValue(slice, out var then) && then.Next == range.Next;
            if (range.HeldBack == 0) held.Remove(slice);
            else held[slice] = new HeldBack(range.HeldBack, same ? before!.Since : time.GetUtcNow());
        }
    }

    private static ITimer? Dispose(ITimer? timer)
    {
        timer?.Dispose();
        return null;
    }

    private sealed record Ends(IReadOnlyDictionary<TopicPartition, OffsetRange> Of, long At);
}
