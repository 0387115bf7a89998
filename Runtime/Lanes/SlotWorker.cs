using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// One slot's dealings with Kafka, in order and on a worker of its own: open and recover, commit, close. Results come back to the lane through <paramref name="post"/>;
/// after the first failure nothing more is done. Owner: its <see cref="SlotLifecycle"/>; the log belongs to the worker.
/// </summary>
/// <param name="job">The job.</param>
/// <param name="index">Which slot.</param>
/// <param name="post">Hands a result to the lane.</param>
/// <param name="failed">Told, on the lane, why nothing more is done.</param>
/// <param name="troubled">Told, on the worker, why an attempt to commit did not land.</param>
internal sealed class SlotWorker(JobRuntime job, int index, Action<Action> post, Action<Exception> failed, Action<string> troubled) : IDisposable
{
    private readonly IWorker worker = job.NewWorker($"slot-{index}");
    private ISlotLog? log;
    private Standby? standby;
    private CommitCycle? cycle;
    private Guid owner;
    private long recovered, followed;
    private bool ended;

    /// <summary>
    /// Reads what the slot's owner has committed since the last time. The first time this loads its state; until there is any, <paramref name="heard"/> is told of no standby.
    /// </summary>
    public void Follow(Action<Standby?, IReadOnlyList<JournalRecord>> heard) => Do(async () =>
    {
        log ??= job.Cluster.OpenSlotLog(index, job.GiveUp);
        var recovery = job.Recovery(log, _ => { });
        IReadOnlyList<JournalRecord> records = [];
        if (standby is null) standby = await recovery.Follow(index);
        else records = await recovery.Next(index, followed);
        followed = records.Count > 0 ? records[^1].Sequence : Math.Max(followed, standby?.Sequence ?? 0);
        post(() => heard(standby, records));
    });

    /// <summary>
    /// Takes the slot over from whoever had it, and recovers its state up to what replay has to repeat: from the warm copy if there is one, which nobody else touches until then.
    /// </summary>
    public void Open(RecoveryClock clock, Action<Slot> opened) => Do(async () =>
    {
        log ??= job.Cluster.OpenSlotLog(index, job.GiveUp);
        cycle = new CommitCycle(job.Plan, log, attempt => worker.Pause(CommitPolicy.RetryDelay(attempt), job.GiveUp), troubled);
        owner = job.NewOwner();
        var slot = await job.Recovery(log, clock.Reached).Activate(index, owner, standby);
        (recovered, standby) = (slot.Sequence, null);
        post(() => opened(slot));
    });

    /// <summary>Commits an interval; the one before has landed.</summary>
    public void Commit(FrozenInterval interval, Action<FrozenInterval> landed) => Do(async () =>
    {
        await cycle!.Run(interval);
        post(() => landed(interval));
    });

    /// <summary>
    /// Fails with the reason why input that was to be read is gone: a newer owner's commits in the journal show that it was that one who needed it no longer.
    /// </summary>
    public void FindOutWhy(InputGone gone) => Do(async () =>
    {
        var last = await JournalTail.Last(log!, job.Plan.Name, index);
        if (last is not null && last.Owner != owner && last.Sequence > recovered)
            throw new PartitionFenced($"slot {index} was taken over by a newer owner, which has cut {gone.Partition}");
        if (last is not null && InputChecks.Replaced(job.Plan, last, await log!.Identities([gone.Partition.Topic])) is { } replaced) throw new JobFailed(replaced, gone);
        throw new JobFailed(gone.Message, gone);
    });

    /// <summary>Closes the log after all that was asked before.</summary>
    public void Close(Action closed) => worker.Post(() =>
    {
        ended = true;
        log?.Dispose();
        log = null;
        post(closed);
        return ValueTask.CompletedTask;
    });

    public void Dispose()
    {
        Close(() => { });
        worker.Dispose();
    }

    private void Do(Func<ValueTask> work) => worker.Post(async () =>
    {
        if (ended) return;
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            ended = true;
            post(() => failed(failure));
        }
    });
}
