using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// One slot in this process, from the moment that it is wanted until nothing of it is left: <see cref="SlotState"/> draws its states. Owner: the lane, on its thread; results of the workers come
/// in through <c>post</c>.
/// </summary>
internal sealed class SlotLifecycle : IDisposable
{
    private readonly SlotTools at;
    private readonly Action<SlotLifecycle> opened;
    private readonly Action<SlotLifecycle, Exception> failed;
    private SlotState state = new SlotState.Warm(new WarmCopy());

    /// <param name="job">The job.</param>
    /// <param name="index">Which slot.</param>
    /// <param name="post">Hands a result to the lane.</param>
    /// <param name="opened">Told when <see cref="Runs"/> are there to take records: of a standby, and again of the slot.</param>
    /// <param name="failed">Told that it has failed.</param>
    public SlotLifecycle(JobRuntime job, int index, Action<Action> post, Action<SlotLifecycle> opened, Action<SlotLifecycle, Exception> failed)
    {
        (this.opened, this.failed) = (opened, failed);
        var watch = new CommitWatch(job, index);
        at = new SlotTools(job, index, post, new SlotWorker(job, index, post, Fail, watch.Troubled), watch, new SnapshotWatch());
    }

    public int Index => at.Index;

    /// <summary>It is to run the slot, and not only to keep its state warm.</summary>
    public bool Owns { get; private set; }

    /// <summary>It keeps the state warm, or has not been asked to run the slot yet.</summary>
    public bool IsWarm => state is SlotState.Warm;

    /// <summary>Takes records.</summary>
    public bool Running => state is SlotState.Live;

    /// <summary>Nothing of it is left here.</summary>
    public bool Gone => state is SlotState.Closing { Done: true };

    /// <summary>Its processors: the slot's once it is open, before that a standby's; none before there are any.</summary>
    public IReadOnlyList<ProcessorRun> Runs => state.Runs;

    /// <summary>Keeps the state of another process' slot warm; null while it does not, or there is no state yet.</summary>
    public Standby? Standby => state is SlotState.Warm warm ? warm.Copy.Standby : null;

    /// <summary>Its state for people.</summary>
    public SlotPhase Phase => state switch
    {
        SlotState.Leaving or SlotState.Opening { Leaves: true } => SlotPhase.Leaving,
        SlotState.Opening or SlotState.Live when Stalled is not null => SlotPhase.Stalled,
        SlotState.Opening => SlotPhase.Opening,
        SlotState.Live live => live.Slot.Replaying ? SlotPhase.Replaying : SlotPhase.Running,
        SlotState.Closing { Failure: not null } => SlotPhase.Failed,
        _ => SlotPhase.Leaving,
    };

    /// <summary>Number of the last commit that landed; 0 before it is open.</summary>
    public long Landed => state.Opened?.Slot.Landed ?? 0;

    /// <summary>When a commit last landed here.</summary>
    public DateTimeOffset? LastCommit => state.Opened?.LastCommit;

    /// <summary>How its snapshots go.</summary>
    public SnapshotWatch Snapshots => at.Snapshots;

    /// <summary>Why it commits nothing although it should, or is not open, and since when; null while it gets on.</summary>
    public SlotDelay? Stalled => state switch
    {
        SlotState.Warm or SlotState.Closing => null,
        { Opened.Slot.Committing: false } => null,
        _ => at.Watch.Delay,
    };

    /// <summary>It has taken something that is not known to be committed.</summary>
    public bool Uncommitted => state.Opened is { Uncommitted: true };

    /// <summary>The slot, once open.</summary>
    public Slot Slot => state.Opened?.Slot!;

    /// <summary>The slot must take no more until its commit has landed.</summary>
    public bool Full => state.Opened!.Full;

    /// <summary>Bytes of memory that its outputs have.</summary>
    public long OutputBytes => state.Opened?.Slot.OutputBytes ?? 0;

    /// <summary>Gives back what empty buffers of outputs have above <paramref name="keep"/> bytes.</summary>
    public void ReleaseOutputs(int keep) => state.Opened?.Slot.ReleaseOutputs(keep);

    /// <summary>Takes the slot over; <c>opened</c> or <c>failed</c> follows on the lane. Only while it is warm.</summary>
    public void Open()
    {
        Owns = true;
        state = ((SlotState.Warm)state).Open();
        var clock = new RecoveryClock(at.Job);
        at.Watch.Begin(at.Job.Now);
        at.Worker.Open(clock, recovered => Opened(new OpenSlot(at, recovered, clock)));
    }

    /// <summary>Takes no more, and goes when everything is committed.</summary>
    public void Leave()
    {
        if (state is SlotState.Warm) Close(failure: null);
        else if (state is SlotState.Opening opening) state = opening.Leave();
        else if (state is SlotState.Live live) state = live.Leave();
    }

    /// <summary>Stops where it is, at once: what is not committed is taken again by the next owner.</summary>
    public void Fail(Exception reason)
    {
        if (state is SlotState.Closing) return;
        Close(reason);
        at.Post(() => failed(this, reason));
    }

    /// <summary>What it is to read next is gone: stops, for the reason that the journal tells.</summary>
    public void CutOff(InputGone gone)
    {
        if (IsWarm) Fail(new JobFailed($"{gone.Message}: its owner no longer needs it, and the warm copy begins again from a newer snapshot", gone));
        else at.Worker.FindOutWhy(gone);
    }

    /// <summary>Does what is due: asks what the owner has committed, closes and sends the open interval, goes when everything is committed.</summary>
    public void Advance(long now)
    {
        if (state is SlotState.Warm warm && warm.Copy.Asks(now)) Follow(warm.Copy);
        else if (state is SlotState.Opening) at.Watch.Look(now, opening: true);
        else if (state is SlotState.Live live) live.Slot.Advance(now);
        else if (state is SlotState.Leaving leaving && leaving.Slot.Settle(now)) Close(failure: null);
    }

    public void Dispose()
    {
        at.Worker.Dispose();
        state.Dispose();
    }

    private void Follow(WarmCopy copy) => at.Worker.Follow((found, records) =>
    {
        var first = copy.Heard(found);
        if (!IsWarm) return;
        if (first) opened(this);
        if (records.Count > 0) copy.Standby!.Follow(records);
    });

    private void Opened(OpenSlot slot)
    {
        // Closed while it was being opened.
        if (state is not SlotState.Opening opening)
        {
            slot.Dispose();
            return;
        }
        state = opening.Open(slot);
        if (Running) opened(this);
    }

    private void Close(Exception? failure)
    {
        state = state.Close(failure);
        at.Worker.Close(() => state = (SlotState.Closing)state with { Done = true });
    }
}
