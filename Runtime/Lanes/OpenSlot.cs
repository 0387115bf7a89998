using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>What a slot in this process works with, whatever its state.</summary>
/// <param name="Job">The job.</param>
/// <param name="Index">Which slot.</param>
/// <param name="Post">Hands a result to the lane.</param>
/// <param name="Worker">Its dealings with Kafka.</param>
/// <param name="Watch">Sees commits that do not land.</param>
/// <param name="Snapshots">How its snapshots go.</param>
internal sealed record SlotTools(JobRuntime Job, int Index, Action<Action> Post, SlotWorker Worker, CommitWatch Watch, SnapshotWatch Snapshots);

/// <summary>
/// An open slot: its intervals, its commits, its snapshots. Owner: a <see cref="SlotState"/>, on the lane's thread; results of the workers come in through the lane.
/// </summary>
internal sealed class OpenSlot : IDisposable
{
    private readonly SlotTools at;
    private readonly JobRuntime job;
    private readonly LogTrimmer trimmer;
    private readonly List<(long Sequence, string Name)> unnamed = [];
    private RecoveryClock? recovering;
    private long openedAt, committedAt, lastSnapshotAt;
    private bool writingSnapshot, lastSnapshotTaken, closed;

    public OpenSlot(SlotTools at, Slot slot, RecoveryClock recovering)
    {
        (this.at, job, Slot, this.recovering) = (at, at.Job, slot, recovering);
        trimmer = new LogTrimmer(job.Plan, slot);
        lastSnapshotAt = openedAt = committedAt = job.Now;
    }

    /// <summary>The slot.</summary>
    public Slot Slot { get; }

    /// <summary>When a commit last landed here.</summary>
    public DateTimeOffset? LastCommit { get; private set; }

    /// <summary>A processor repeats what was committed before.</summary>
    public bool Replaying => Slot.Runs.Any(r => r.Replaying);

    /// <summary>It has taken something that is not known to be committed.</summary>
    public bool Uncommitted => Slot.Dirty || Slot.Committing;

    /// <summary>It must take no more until its commit has landed.</summary>
    public bool Full => (Slot.Committing || job.Buffers.Tight) && CommitPolicy.Full(job.Plan, Slot.OpenRecords, Slot.OpenBytes, job.Buffers.Tight);

    /// <summary>Closes and sends the open interval when that is due.</summary>
    public void Advance(long now)
    {
        if (Slot.Committing) at.Watch.Look(now, opening: false);
        if (recovering is not null && !Replaying) Recovered();
        if (Slot.Committing) return;
        if (!Slot.Dirty) openedAt = now;
        if (Slot.AheadOfSnapshot && !writingSnapshot) at.Snapshots.Changed(job.UtcNow);
        if (CommitPolicy.RefreshDue(committedAt, job.OffsetRefreshMs, now)) Slot.Refresh();
        var snapshot = !Replaying && CommitPolicy.SnapshotDue(job.Plan, writingSnapshot, Slot.AheadOfSnapshot, Slot.RecordsSinceSnapshot, lastSnapshotAt, now);
        if (snapshot || CommitPolicy.CommitDue(job.Plan, Slot.Dirty, Slot.OpenRecords, Slot.OpenBytes, job.Buffers.Tight, openedAt, now)) Send(snapshot, now);
    }

    /// <summary>Sends what is left, with a last snapshot. True when nothing is.</summary>
    public bool Settle(long now)
    {
        if (Slot.Committing) at.Watch.Look(now, opening: false);
        if (Slot.Committing || writingSnapshot) return false;
        var snapshot = !lastSnapshotTaken && !Replaying && Slot.AheadOfSnapshot;
        lastSnapshotTaken |= snapshot;
        if (!snapshot && !Slot.Dirty) return true;
        Send(snapshot, now);
        return false;
    }

    /// <summary>Whatever still comes in counts for nothing.</summary>
    public void Close() => closed = true;

    public void Dispose() => Slot.Dispose();

    private void Recovered()
    {
        if (Slot.Recovered is { } work) job.Notice(recovering!.Summary(at.Index, work));
        recovering = null;
    }

    private void Send(bool snapshot, long now)
    {
        var interval = Slot.Freeze(snapshot);
        openedAt = now;
        if (snapshot)
        {
            lastSnapshotAt = now;
            writingSnapshot = true;
            at.Snapshots.Begun();
            job.Snapshots.Write(interval, (header, name) => at.Post(() => Durable(header, name)), all => at.Post(() => SnapshotEnded(all)));
            MarkJournal();
        }
        at.Watch.Begin(now);
        at.Worker.Commit(interval, Finish);
    }

    private void Finish(FrozenInterval interval)
    {
        if (closed) return;
        Slot.Finish();
        LastCommit = job.UtcNow;
        committedAt = job.Now;
        at.Watch.Ended(committedAt);
        // What a landed record no longer names is in nobody's way back any more.
        foreach (var (_, name) in unnamed.Where(u => u.Sequence <= interval.Sequence)) job.Housekeeper.Delete(name);
        if (unnamed.RemoveAll(u => u.Sequence <= interval.Sequence) > 0 && trimmer.Cut(interval.Journal) is { Count: > 0 } cut)
            job.Housekeeper.Do($"removing what slot {at.Index} no longer needs of its topics", () => job.Cluster.Trim(cut, job.GiveUp));
    }

    private void Durable(SnapshotHeader header, string name)
    {
        if (closed) return;
        var run = Slot.Runs.First(r => r.Processor.Id == header.Processor);
        var before = run.Snapshots;
        Slot.SnapshotDurable(header, name);
        // The next record to be frozen is the first that does not name these.
        unnamed.AddRange(before.Except(run.Snapshots).Select(s => (Slot.Sequence + 1, s.Name)));
    }

    private void SnapshotEnded(bool durable)
    {
        writingSnapshot = false;
        at.Snapshots.Ended(durable, job.UtcNow);
    }

    private void MarkJournal()
    {
        var journal = trimmer.Journal;
        job.Housekeeper.Do($"asking for the end of {journal}", async () =>
        {
            var next = (await job.Cluster.WrittenEnds([journal], job.GiveUp))[journal];
            at.Post(() => trimmer.Mark(next));
        });
    }
}
