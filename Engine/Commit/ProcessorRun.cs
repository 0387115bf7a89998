using System.Diagnostics;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// One processor on its way from recovered position to live, and live: the records that wait for it, and in replay the events that no record carries.
/// Replay and live share <see cref="PartitionProcessor.Apply"/>. Owner: its <see cref="Slot"/>.
/// </summary>
public sealed class ProcessorRun
{
    private readonly Queue<JournalEvent> replayEvents;
    private long replayTo;
    private bool following;

    /// <param name="processor">In the state of a snapshot, or empty.</param>
    /// <param name="start">Offset at which the job first started on this partition.</param>
    /// <param name="replayTo">Position after the last commit.</param>
    /// <param name="replayEvents">Events between.</param>
    /// <param name="snapshots">Durable snapshots, newest first.</param>
    /// <param name="following">It stays in replay at the last commit, because more of them follow.</param>
    internal ProcessorRun(
        PartitionProcessor processor, long start, long replayTo, IEnumerable<JournalEvent> replayEvents, IReadOnlyList<NamedSnapshot> snapshots, bool following = false)
    {
        Debug.Assert(processor.Position <= replayTo);
        Processor = processor;
        Start = start;
        Snapshots = snapshots;
        this.replayTo = replayTo;
        this.following = following;
        this.replayEvents = new Queue<JournalEvent>(replayEvents);
        Replaying = true;
        processor.Emitting = false;
        PassEvents();
    }

    /// <summary>The processor.</summary>
    public PartitionProcessor Processor { get; }

    /// <summary>Records that were fetched for it.</summary>
    public RecordBatch Inbox { get; } = new();

    /// <summary>Offset at which the job first started on this partition.</summary>
    public long Start { get; }

    /// <summary>Durable snapshots, newest first.</summary>
    public IReadOnlyList<NamedSnapshot> Snapshots { get; private set; }

    /// <summary>Offset up to which its input is accounted for by the next commit: in replay that stays where it was, however far replay has come.</summary>
    public long Position => Replaying ? replayTo : Processor.Position;

    /// <summary>Offsets that replay still has to repeat; 0 when live.</summary>
    public long Behind => Position - Processor.Position;

    /// <summary>Whether it still repeats what is committed already.</summary>
    public bool Replaying { get; private set; }

    /// <summary>
    /// Takes waiting records: at most <paramref name="maxRecords"/>, live ones only up to event time <paramref name="timeLimit"/> and below offset
    /// <paramref name="before"/>. Returns how many were taken. In replay neither limit holds: what is committed was within them.
    /// </summary>
    public int Step(int maxRecords, long timeLimit, long before = long.MaxValue)
    {
        if (!Replaying) return Take(maxRecords, timeLimit, before);
        var barrier = replayEvents.TryPeek(out var next) ? Math.Min(next.Offset, replayTo) : replayTo;
        if (Inbox.Remaining == 0) return 0;
        if (Inbox[Inbox.Next].Offset >= barrier) Processor.Position = barrier;
        var taken = Processor.Position >= barrier ? 0 : Take(maxRecords, long.MaxValue, barrier);
        PassEvents();
        return taken;
    }

    /// <summary>The fetch position has reached <paramref name="position"/> and nothing before it is left: offsets up to there hold no more records.</summary>
    public void ReachedEnd(long position)
    {
        if (!Replaying || Inbox.Remaining > 0 || position < replayTo) return;
        Processor.Position = Math.Max(Processor.Position, replayTo);
        PassEvents();
    }

    /// <summary>A snapshot became durable: the next journal record names it. The one before stays as the fallback.</summary>
    public void AddSnapshot(NamedSnapshot snapshot) => Snapshots = [snapshot, .. Snapshots.Take(1)];

    /// <summary>Another commit of the slot's owner: replay goes on to there.</summary>
    internal void Extend(ProcessorMark mark, IEnumerable<JournalEvent> events)
    {
        Debug.Assert(following && mark.Position >= replayTo);
        foreach (var due in events) replayEvents.Enqueue(due);
        replayTo = mark.Position;
        Snapshots = mark.Snapshots;
        PassEvents();
    }

    /// <summary>No more commits follow: it goes live after the last.</summary>
    internal void GoOn()
    {
        following = false;
        PassEvents();
    }

    private int Take(int maxRecords, long timeLimit, long before)
    {
        var taken = Processor.Apply(Inbox, maxRecords, timeLimit, before);
        Inbox.Reclaim();
        return taken;
    }

    /// <summary>Repeats the events that are due at the present position, and goes live at the end.</summary>
    private void PassEvents()
    {
        while (replayEvents.TryPeek(out var due) && due.Offset <= Processor.Position)
        {
            replayEvents.Dequeue();
            if (due.Kind == JournalEventKind.Drain) Processor.Drain();
            else Processor.AdvanceIdle(due.Watermark);
        }
        if (Processor.Position < replayTo || following) return;
        Replaying = false;
        Processor.Emitting = true;
    }
}
