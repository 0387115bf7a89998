using System.Diagnostics;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Where a slot is in this process:
/// <code>
/// Opening → Running → Leaving → Closing → Gone
/// Opening, Running, Leaving → Closing      on a failure
/// Opening → Leaving                        released before it was open; it leaves once it is
/// Following → Opening                      another process runs it, and this one has its state warm, until it takes it over
/// Following → Closing                      released, or on a failure
/// </code>
/// </summary>
internal enum SlotState
{
    /// <summary>Another process runs it; here its state is kept warm.</summary>
    Following,

    /// <summary>Being taken over and recovered.</summary>
    Opening,

    /// <summary>Takes records and commits.</summary>
    Running,

    /// <summary>Takes no more; commits what it has, with a last snapshot.</summary>
    Leaving,

    /// <summary>Its log is being closed.</summary>
    Closing,

    /// <summary>Nothing of it is left here.</summary>
    Gone,
}

/// <summary>
/// One slot at work in this process: its intervals, its commits, its snapshots. Owner: the lane, on its thread; results of the workers come in
/// through <c>post</c>.
/// </summary>
internal sealed class SlotHost : IDisposable
{
    private const int FollowMs = 100;

    private readonly JobRuntime job;
    private readonly int index;
    private readonly Action<Action> post;
    private readonly Action<SlotHost> opened;
    private readonly Action<SlotHost, Exception> failed;
    private readonly SlotWorker worker;
    private readonly List<(long Sequence, string Name)> unnamed = [];
    private readonly CommitWatch watch;
    private readonly SnapshotWatch snapshots = new();
    private RecoveryClock? recovering;
    private Slot? slot;
    private Standby? standby;
    private long followAt;
    private bool listening;
    private LogTrimmer? trimmer;
    private long openedAt, committedAt;
    private long lastSnapshotAt;
    private bool writingSnapshot;
    private bool lastSnapshotTaken;
    private Exception? failure;

    /// <param name="job">The job.</param>
    /// <param name="index">Which slot.</param>
    /// <param name="post">Hands a result to the lane.</param>
    /// <param name="opened">Told when <see cref="Runs"/> are there to take records: of a standby, and again of the slot.</param>
    /// <param name="failed">Told that it has failed.</param>
    public SlotHost(JobRuntime job, int index, Action<Action> post, Action<SlotHost> opened, Action<SlotHost, Exception> failed)
    {
        (this.job, this.index, this.post, this.opened, this.failed) = (job, index, post, opened, failed);
        watch = new CommitWatch(job, index);
        worker = new SlotWorker(job, index, post, Fail, watch.Troubled);
    }

    public int Index => index;

    /// <summary>It is to run the slot, and not only to keep its state warm.</summary>
    public bool Owns { get; private set; }

    public SlotState State { get; private set; } = SlotState.Following;

    /// <summary>Its processors: the slot's once it is open, before that a standby's; none before there are any.</summary>
    public IReadOnlyList<ProcessorRun> Runs => slot?.Runs ?? standby?.Runs ?? [];

    /// <summary>Keeps the state of another process' slot warm; null while it does not, or there is no state yet.</summary>
    public Standby? Standby => State == SlotState.Following ? standby : null;

    /// <summary>The same for people.</summary>
    public SlotPhase Phase => State switch
    {
        SlotState.Opening or SlotState.Running when Stalled is not null => SlotPhase.Stalled,
        SlotState.Opening => SlotPhase.Opening,
        SlotState.Running => slot!.Runs.Any(r => r.Replaying) ? SlotPhase.Replaying : SlotPhase.Running,
        SlotState.Leaving => SlotPhase.Leaving,
        _ => failure is null ? SlotPhase.Leaving : SlotPhase.Failed,
    };

    /// <summary>Number of the last commit that landed; 0 before it is open.</summary>
    public long Landed => slot?.Landed ?? 0;

    /// <summary>When a commit last landed here.</summary>
    public DateTimeOffset? LastCommit { get; private set; }

    /// <summary>How its snapshots go.</summary>
    public SnapshotWatch Snapshots => snapshots;

    /// <summary>Why it commits nothing although it should, or is not open, and since when; null while it gets on.</summary>
    public SlotDelay? Stalled => State is SlotState.Opening or SlotState.Running or SlotState.Leaving && slot is not { Committing: false } ? watch.Delay : null;

    /// <summary>It has taken something that is not known to be committed.</summary>
    public bool Uncommitted => slot is { } open && (open.Dirty || open.Committing);

    /// <summary>The slot, once open.</summary>
    public Slot Slot => slot!;

    /// <summary>Takes records.</summary>
    public bool Running => State == SlotState.Running;

    /// <summary>The slot must take no more until its commit has landed.</summary>
    public bool Full => (Slot.Committing || job.Buffers.Tight) && CommitPolicy.Full(job.Plan, Slot.OpenRecords, Slot.OpenBytes, job.Buffers.Tight);

    /// <summary>Bytes of memory that its outputs have.</summary>
    public long OutputBytes => slot?.OutputBytes ?? 0;

    /// <summary>Gives back what empty buffers of outputs have above <paramref name="keep"/> bytes.</summary>
    public void ReleaseOutputs(int keep) => slot?.ReleaseOutputs(keep);

    /// <summary>Takes the slot over; <c>opened</c> or <c>failed</c> follows on the lane.</summary>
    public void Open()
    {
        Owns = true;
        State = SlotState.Opening;
        recovering = new RecoveryClock(job);
        watch.Begin(job.Now);
        worker.Open(recovering, recovered =>
        {
            slot = recovered;
            // Its runs are the slot's now, or it did not fit.
            standby?.Dispose();
            standby = null;
            trimmer = new LogTrimmer(job.Plan, slot);
            lastSnapshotAt = openedAt = committedAt = job.Now;
            if (State != SlotState.Opening) return;
            State = SlotState.Running;
            opened(this);
        });
    }

    /// <summary>Takes no more, and goes when everything is committed.</summary>
    public void Leave()
    {
        if (State == SlotState.Following) Close();
        if (State is SlotState.Opening or SlotState.Running) State = SlotState.Leaving;
    }

    /// <summary>Stops where it is, at once: what is not committed is taken again by the next owner.</summary>
    public void Fail(Exception reason)
    {
        if (State is SlotState.Closing or SlotState.Gone) return;
        failure = reason;
        Close();
        post(() => failed(this, reason));
    }

    /// <summary>What it is to read next is gone: stops, for the reason that the journal tells.</summary>
    public void CutOff(InputGone gone)
    {
        if (State == SlotState.Following) Fail(new JobFailed($"{gone.Message}: its owner no longer needs it, and the warm copy begins again from a newer snapshot", gone));
        else worker.FindOutWhy(gone);
    }

    /// <summary>Closes and sends the open interval when that is due.</summary>
    public void GoOn(long now)
    {
        if (State is SlotState.Closing or SlotState.Gone) return;
        if (State == SlotState.Following)
        {
            Follow(now);
            return;
        }
        if (slot is null || slot.Committing) watch.Look(now, opening: slot is null);
        if (slot is null) return;
        if (State == SlotState.Leaving) GoOnLeaving(now);
        if (State != SlotState.Running) return;
        if (recovering is not null && !slot.Runs.Any(r => r.Replaying)) Recovered();
        if (slot.Committing) return;
        if (!slot.Dirty) openedAt = now;
        if (slot.AheadOfSnapshot && !writingSnapshot) snapshots.Changed(job.UtcNow);
        if (CommitPolicy.RefreshDue(committedAt, job.OffsetRefreshMs, now)) slot.Refresh();
        var snapshot = CanSnapshot && CommitPolicy.SnapshotDue(job.Plan, writingSnapshot, slot.AheadOfSnapshot, slot.RecordsSinceSnapshot, lastSnapshotAt, now);
        if (snapshot || CommitPolicy.CommitDue(job.Plan, slot.Dirty, slot.OpenRecords, slot.OpenBytes, job.Buffers.Tight, openedAt, now)) Send(snapshot, now);
    }

    public void Dispose()
    {
        worker.Dispose();
        slot?.Dispose();
        standby?.Dispose();
    }

    /// <summary>Learns what the owner has committed.</summary>
    private void Follow(long now)
    {
        if (listening || now < followAt) return;
        listening = true;
        followAt = now + FollowMs;
        worker.Follow((found, records) =>
        {
            listening = false;
            var first = standby is null && found is not null;
            standby = found;
            if (State != SlotState.Following) return;
            if (first) opened(this);
            if (records.Count > 0) standby!.Follow(records);
        });
    }

    private void Recovered()
    {
        if (Slot.Recovered is { } work) job.Notice(recovering!.Summary(index, work));
        recovering = null;
    }

    private bool CanSnapshot => !Slot.Runs.Any(r => r.Replaying);

    private void GoOnLeaving(long now)
    {
        if (Slot.Committing || writingSnapshot) return;
        var snapshot = !lastSnapshotTaken && CanSnapshot && Slot.AheadOfSnapshot;
        lastSnapshotTaken |= snapshot;
        if (snapshot || Slot.Dirty) Send(snapshot, now);
        else Close();
    }

    private void Send(bool snapshot, long now)
    {
        var interval = Slot.Freeze(snapshot);
        openedAt = now;
        if (snapshot)
        {
            lastSnapshotAt = now;
            writingSnapshot = true;
            snapshots.Begun();
            job.Snapshots.Write(interval, (header, name) => post(() => Durable(header, name)), all => post(() => SnapshotEnded(all)));
            MarkJournal();
        }
        watch.Begin(now);
        worker.Commit(interval, Finish);
    }

    private void Finish(FrozenInterval interval)
    {
        if (State is SlotState.Closing or SlotState.Gone) return;
        Slot.Finish();
        LastCommit = job.UtcNow;
        committedAt = job.Now;
        watch.Ended(committedAt);
        // What a landed record no longer names is in nobody's way back any more.
        foreach (var (_, name) in unnamed.Where(u => u.Sequence <= interval.Sequence)) job.Housekeeper.Delete(name);
        if (unnamed.RemoveAll(u => u.Sequence <= interval.Sequence) > 0 && trimmer!.Cut(interval.Journal) is { Count: > 0 } cut)
            job.Housekeeper.Do($"removing what slot {index} no longer needs of its topics", () => job.Cluster.Trim(cut, job.GiveUp));
    }

    private void Durable(SnapshotHeader header, string name)
    {
        if (State is SlotState.Closing or SlotState.Gone) return;
        var run = Slot.Runs.First(r => r.Processor.Id == header.Processor);
        var before = run.Snapshots;
        Slot.SnapshotDurable(header, name);
        // The next record to be frozen is the first that does not name these.
        unnamed.AddRange(before.Except(run.Snapshots).Select(s => (Slot.Sequence + 1, s.Name)));
    }

    private void SnapshotEnded(bool durable)
    {
        writingSnapshot = false;
        snapshots.Ended(durable, job.UtcNow);
    }

    private void MarkJournal()
    {
        var journal = trimmer!.Journal;
        job.Housekeeper.Do($"asking for the end of {journal}", async () =>
        {
            var next = (await job.Cluster.WrittenEnds([journal], job.GiveUp))[journal];
            post(() => trimmer.Mark(next));
        });
    }

    private void Close()
    {
        Debug.Assert(State is SlotState.Following or SlotState.Opening or SlotState.Running or SlotState.Leaving);
        State = SlotState.Closing;
        worker.Close(() => State = SlotState.Gone);
    }
}
