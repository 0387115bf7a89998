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
    private InputTally replayTally;
    private ProcessorCounts before;
    private bool following;

    /// <param name="processor">In the state of a snapshot, or empty.</param>
    /// <param name="committed">Where the last commit left it.</param>
    /// <param name="replayEvents">Events between.</param>
    /// <param name="snapshots">Durable snapshots that can be used, newest first.</param>
    /// <param name="following">It stays in replay at the last commit, because more of them follow.</param>
    internal ProcessorRun(
        PartitionProcessor processor, ProcessorMark committed, IEnumerable<JournalEvent> replayEvents, IReadOnlyList<NamedSnapshot> snapshots, bool following = false)
    {
        Debug.Assert(processor.Position <= committed.Position);
        Processor = processor;
        Start = committed.Start;
        Snapshots = snapshots;
        (replayTo, replayTally) = (committed.Position, committed.Tally);
        before = Committed = committed.Counts;
        this.following = following;
        this.replayEvents = new Queue<JournalEvent>(replayEvents);
        Replaying = true;
        processor.Emitting = false;
        PassEvents();
        GoLiveAtTheEnd();
    }

    /// <summary>The processor.</summary>
    public PartitionProcessor Processor { get; }

    /// <summary>Records that were fetched for it.</summary>
    public Inbox Inbox { get; } = new();

    /// <summary>Offset at which the job first started on this partition.</summary>
    public long Start { get; }

    /// <summary>Durable snapshots, newest first.</summary>
    public IReadOnlyList<NamedSnapshot> Snapshots { get; private set; }

    /// <summary>Offset up to which its input is accounted for by the next commit: in replay that stays where it was, however far replay has come.</summary>
    public long Position => Replaying ? replayTo : Processor.Position;

    /// <summary>The same of its tally.</summary>
    public InputTally Tally => Replaying ? replayTally : Processor.Tally;

    /// <summary>What happened since the job first started. Replay counts nothing: what it repeats is counted.</summary>
    public ProcessorCounts Counts => before + ProcessorCounts.Of(Processor.Counters);

    /// <summary>The same as of the last commit that is known to have landed.</summary>
    public ProcessorCounts Committed { get; private set; }

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
        GoLiveAtTheEnd();
        return taken;
    }

    /// <summary>
    /// The consumer has met the partition's end at <paramref name="position"/>: offsets before it that are not in the inbox hold no record (markers, aborted records, what compaction took),
    /// and count as taken. Returns whether a live position has moved by that.
    /// </summary>
    public bool ReachedEnd(long position)
    {
        if (Inbox.Remaining > 0 || position < Processor.Position) return false;
        if (!Replaying)
        {
            var moved = position > Processor.Position;
            Processor.Position = position;
            return moved;
        }
        if (position < replayTo) return false;
        Processor.Position = Math.Max(Processor.Position, replayTo);
        PassEvents();
        GoLiveAtTheEnd();
        return false;
    }

    /// <summary>Whether a recovery from the newest durable snapshot would have offsets to repeat.</summary>
    public bool AheadOfSnapshot => Position != (Snapshots.Count > 0 ? Snapshots[0].Position : Start);

    /// <summary>A snapshot became durable: the next journal record names it. The one before stays as the fallback.</summary>
    public void AddSnapshot(NamedSnapshot snapshot) => Snapshots = [snapshot, .. Snapshots.Take(1)];

    /// <summary>A commit that left it so has landed.</summary>
    internal void Landed(ProcessorMark mark) => Committed = mark.Counts;

    /// <summary>Another commit of the slot's owner: replay goes on to there.</summary>
    internal void Extend(ProcessorMark mark, IEnumerable<JournalEvent> events)
    {
        Debug.Assert(following && mark.Position >= replayTo);
        foreach (var due in events) replayEvents.Enqueue(due);
        (replayTo, replayTally) = (mark.Position, mark.Tally);
        before = Committed = mark.Counts;
        Snapshots = mark.Snapshots;
        PassEvents();
    }

    /// <summary>No more commits follow: it goes live after the last.</summary>
    internal void Advance()
    {
        following = false;
        PassEvents();
        GoLiveAtTheEnd();
    }

    private int Take(int maxRecords, long timeLimit, long before)
    {
        var taken = Processor.Apply(Inbox, maxRecords, timeLimit, before);
        Inbox.Reclaim();
        return taken;
    }

    /// <summary>Repeats the events that are due at the present position.</summary>
    private void PassEvents()
    {
        while (replayEvents.TryPeek(out var due) && due.Offset <= Processor.Position)
        {
            replayEvents.Dequeue();
            Processor.Repeat(due);
        }
    }

    /// <summary>Replay has come to the last commit: it must have taken what was taken before.</summary>
    private void GoLiveAtTheEnd()
    {
        if (!Replaying || Processor.Position < replayTo || following) return;
        if (Processor.Tally != replayTally) throw new JobFailed(InputChecks.AnotherInput(this, replayTo, replayTally));
        Replaying = false;
        Processor.Emitting = true;
    }
}
