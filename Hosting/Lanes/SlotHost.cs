using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// One slot at work in this process: its intervals, its committer, its snapshots. Owner: the lane, on its thread; results of other threads come in
/// through <paramref name="post"/>.
/// </summary>
internal sealed class SlotHost(JobPlan job, Slot slot, IJobCluster cluster, SnapshotKeeper snapshots, Action<Action> post) : IDisposable
{
    private readonly LogTrimmer trimmer = new(job, slot);
    private readonly List<(long Sequence, string Name)> unnamed = [];
    private SlotCommitter? committer;
    private long openedAt;
    private long lastSnapshotAt;
    private bool writingSnapshot;

    public Slot Slot => slot;

    /// <summary>The slot must take no more until its commit has landed.</summary>
    public bool Full => slot.Committing && CommitPolicy.Full(job, slot.OpenRecords, slot.OpenBytes);

    /// <summary>Everything taken so far is committed.</summary>
    public bool Clean => !slot.Dirty && !slot.Committing;

    public void Start(ISlotLog log, Action<Exception> failed, Action<string> troubled, long now, CancellationToken giveUp)
    {
        lastSnapshotAt = openedAt = now;
        committer = new SlotCommitter($"slot-{slot.Index}", log, interval => post(() => Finish(interval)), failed, troubled, giveUp);
    }

    /// <summary>Closes and sends the open interval when that is due; with <paramref name="force"/> as soon as the one before has landed.</summary>
    public void CommitIfDue(long now, bool force)
    {
        if (!slot.Dirty) openedAt = now;
        if (slot.Committing || !slot.Dirty) return;
        if (!force && !CommitPolicy.CommitDue(job, slot.Dirty, slot.Committing, slot.OpenRecords, openedAt, now)) return;
        var busy = writingSnapshot || slot.Runs.Any(r => r.Replaying);
        var snapshot = CommitPolicy.SnapshotDue(job, busy, slot.RecordsSinceSnapshot, lastSnapshotAt, now);
        if (snapshot) trimmer.MarkJournal(cluster);
        var interval = slot.Freeze(snapshot);
        openedAt = now;
        if (snapshot)
        {
            lastSnapshotAt = now;
            writingSnapshot = true;
            snapshots.Write(interval.Images, (header, name) => post(() => Durable(header, name)), () => post(() => writingSnapshot = false));
        }
        committer!.Submit(interval);
    }

    public void Dispose()
    {
        committer?.Dispose();
        slot.Dispose();
    }

    private void Finish(FrozenInterval interval)
    {
        slot.Finish();
        // What a landed record no longer names is in nobody's way back any more.
        foreach (var (_, name) in unnamed.Where(u => u.Sequence <= interval.Sequence)) snapshots.Delete(name);
        if (unnamed.RemoveAll(u => u.Sequence <= interval.Sequence) > 0 && trimmer.Cut() is { Count: > 0 } cut) snapshots.Then(() => cluster.Trim(cut));
    }

    private void Durable(SnapshotHeader header, string name)
    {
        var run = slot.Runs.First(r => r.Processor.Id == header.Processor);
        var before = run.Snapshots;
        slot.SnapshotDurable(header, name);
        // The next record to be frozen is the first that does not name these.
        unnamed.AddRange(before.Except(run.Snapshots).Select(s => (slot.Sequence + 1, s.Name)));
    }
}
