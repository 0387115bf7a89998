using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Control;

/// <summary>
/// What becomes of one job when something is asked of it, whoever runs it: what is to be is remembered before anything
/// follows from it, and a job that is wanted runs again after a change, whatever came of the change. Changes are called one
/// at a time, which is the owner's care; what is read may be read by any thread.
/// </summary>
/// <param name="job">Name of the job.</param>
/// <param name="place">Where it is remembered and runs.</param>
/// <param name="check">Compiles and checks it.</param>
/// <param name="generations">Its savepoints, and what begins from them.</param>
/// <param name="time">Clock.</param>
/// <param name="end">Cancelled when nothing is to be begun or waited for any more.</param>
public sealed class JobLifecycle(string job, IJobPlace place, SubmissionCheck check, GenerationChange generations, TimeProvider time, CancellationToken end)
{
    private volatile JobRecord? record;
    private volatile LateStart? late;
    private volatile string? unwritten;
    private bool mayRun = true;
    private int told;

    /// <summary>What is remembered of the job; null when there is none.</summary>
    public JobRecord? Record => record;

    /// <summary>What is remembered of the job from before; call it first.</summary>
    public void Load(JobRecord? remembered) => record = remembered;

    /// <summary>Everything about the job, from what its processes report.</summary>
    public JobStatus Status(JobRecord of, IReadOnlyList<JobReport> reports)
    {
        var status = StatusMerge.Of(of, late is { } start ? [Unstarted(of, start.Failure)] : reports);
        return unwritten is { } why ? status with { Problem = why } : status;
    }

    /// <summary>
    /// Brings the job to where it should be, as far as it is not there and nothing is to be waited for. Call it when the job
    /// is loaded, and whenever the place looks again.
    /// </summary>
    public async Task Advance()
    {
        if (record is not { } known) return;
        if (known.Wanted && late?.Due(time.GetUtcNow()) != false) await Run();
        else if (!known.Wanted && mayRun) await Leave(known);
    }

    /// <summary>Has the job go on as it was handed in.</summary>
    public async Task<Answer<SubmitAnswer>> Submit(CheckedSubmission good)
    {
        var before = record;
        var (next, answer) = SubmitDecision.Of(before, good, check.Draft, time.GetUtcNow());
        if (next is null || answer.Value!.Outcome == SubmitOutcome.Unchanged) return answer;
        if (await check.EnsureTopics(good, end) is { } without) return without;
        if (before is not null && SubmitDecision.NeedsSavepoint(before, next))
            return await Change(before, async () => await Begin(await generations.Upgrade(before, next, end))) is { } unfit ? unfit : answer;
        await Keep(next);
        if (answer.Value.Outcome == SubmitOutcome.Upgraded) await Leave(next);
        return await Run() is { } refusal ? refusal : answer;
    }

    /// <summary>
    /// Has the job stop, and stay stopped: also where that cannot be written down (the disk is full). Then its status says so
    /// until it can, with the next stop.
    /// </summary>
    public async Task Stop(JobRecord known)
    {
        await Leave(await Rest(known));
        place.Say("the job is stopped", JobLogLevel.Info);
    }

    /// <summary>Has a stopped job run again, from where it was. The refusal of what cannot run; what cannot at the moment is tried again.</summary>
    public async Task<Refusal?> Start(JobRecord known)
    {
        if (known.Wanted) return null;
        if ((await check.Check(known.Submission, new KnownJobs(_ => known, place.Others), trial: false, end)).Refusal is { } mistakes) return mistakes;
        await Keep(known with { Wanted = true });
        return await Run();
    }

    /// <summary>Takes a savepoint, for which the job stops; once there is one, it stays stopped where that was asked for.</summary>
    public async Task<Answer<Savepoint>> TakeSavepoint(JobRecord known, bool stop)
    {
        Answer<Savepoint>? savepoint = null;
        await Change(known, async () =>
        {
            savepoint = await Take(known);
            if (stop && savepoint.Ok) await Rest(known);
            return savepoint.Refusal;
        });
        return savepoint!;
    }

    /// <summary>Has the job begin from a savepoint, with the state that it had then. A savepoint that does not fit is refused while the job runs on.</summary>
    public async Task<Refusal?> StartFrom(JobRecord known, string savepoint)
    {
        var next = await generations.From(known, savepoint, known.Slots, end);
        return next.Ok ? await Change(known, () => Begin(next)) : next.Refusal;
    }

    /// <summary>Has the job go on with other slots. Nothing runs between the savepoint and what begins from it: that would be written twice.</summary>
    public async Task<Refusal?> Rescale(JobRecord known, int slots)
    {
        if (GenerationChange.WrongSlots(slots) is { } wrong) return wrong;
        if (slots == known.Slots) return null;
        return await Change(known, async () =>
        {
            var savepoint = await Take(known);
            return savepoint.Value is { } taken ? await Begin(await generations.From(known, taken.Id, slots, end)) : savepoint.Refusal;
        });
    }

    /// <summary>Takes a stopped job off the list.</summary>
    public async Task<Answer<JobSummary>> Remove(JobRecord known)
    {
        if (known.Wanted) return Refusal.Of(RefusalKind.Conflict, $"job '{job}' runs: stop it first");
        if (mayRun) await Leave(known);
        await place.Forget();
        (record, unwritten) = (null, null);
        return StatusMerge.Summary(StatusMerge.Of(known, []));
    }

    /// <summary>
    /// Stops the job for a change. A job that is wanted runs after it: as the change leaves it, or as it was where the change
    /// was refused or failed. Why it is not changed, or does not run.
    /// </summary>
    private async Task<Refusal?> Change(JobRecord known, Func<Task<Refusal?>> change)
    {
        Refusal? refusal;
        try
        {
            await Leave(known);
            refusal = await change();
        }
        catch when (!end.IsCancellationRequested)
        {
            await Run();
            throw;
        }
        var start = await Run();
        return refusal ?? start ?? late?.Reason;
    }

    private async Task<Answer<Savepoint>> Take(JobRecord known)
    {
        var savepoint = await generations.Take(known, end);
        if (savepoint.Value is { } taken) place.Say($"savepoint {taken.Id} is taken", JobLogLevel.Info);
        return savepoint;
    }

    /// <summary>From now on the job begins from the savepoint, however often that is interrupted.</summary>
    private async Task<Refusal?> Begin(Answer<JobRecord> next)
    {
        if (next.Value is { } begun) await Keep(begun);
        return next.Refusal;
    }

    /// <summary>
    /// Runs a job that is wanted. What cannot run at the moment stays wanted and is tried again, as its status and its log
    /// say. The refusal of what cannot run at all (its model is gone, say): that rests, to be started when it is mended.
    /// </summary>
    private async Task<Refusal?> Run()
    {
        if (record is not { Wanted: true } known) return null;
        mayRun = true;
        try
        {
            var begun = await generations.Begin(known, line => place.Say(line, JobLogLevel.Info), end);
            if (begun.Value is not { } ready) return Wait(begun.Refusal!);
            if (ready != known) await Keep(ready);
            await place.Run(ready);
            if (told != ready.Run) place.Say($"the job runs: revision {ready.Revision}, {ready.Slots} slots", JobLogLevel.Info);
            (told, late) = (ready.Run, null);
            return null;
        }
        catch (Exception failure) when (failure is JobFailed or InvalidDataException)
        {
            await Rest(known);
            place.Say($"the job does not start, and rests until it is started: {failure.Message}", JobLogLevel.Warning);
            return Refusal.Of(RefusalKind.Conflict, failure.Message);
        }
        catch (IOException away)
        {
            return Wait(Refusal.Of(RefusalKind.Unavailable, away.Message));
        }
        catch (Exception surprise) when (!end.IsCancellationRequested)
        {
            return Wait(Refusal.Of(RefusalKind.Unavailable, $"{surprise.GetType().Name}: {surprise.Message}."));
        }
    }

    private Refusal? Wait(Refusal reason)
    {
        var start = LateStart.After(late, reason, time.GetUtcNow());
        late = start;
        place.Say($"the job does not start: {reason.Message} It is tried again in {start.Pause.TotalSeconds:0} s.", JobLogLevel.Warning);
        place.LookAgainIn(start.Pause);
        return null;
    }

    private async Task Leave(JobRecord known)
    {
        await place.Stop(known);
        (mayRun, told) = (false, 0);
    }

    private async Task Keep(JobRecord next)
    {
        await place.Save(next);
        (record, unwritten) = (next, null);
    }

    /// <summary>The job is not to run any more.</summary>
    private async Task<JobRecord> Rest(JobRecord known)
    {
        var resting = known with { Wanted = false };
        (record, late) = (resting, null);
        try
        {
            await Keep(resting);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var why = failure is IOException full && FailureCounts.IsFull(full) ? "no space is left on its disk" : failure.Message;
            var words = $"that the job is stopped could not be written down ({why}): it runs again when the server starts again. "
                + "Mend that, and stop it once more.";
            unwritten = words;
            place.Say(words, JobLogLevel.Warning);
        }
        return resting;
    }

    private static JobReport Unstarted(JobRecord of, SlotFailure failure) =>
        new([.. Enumerable.Range(0, of.Slots).Select(slot => new SlotStatus(slot, SlotPhase.Failed, null, 0, null, failure))], [], failure.Message);
}
