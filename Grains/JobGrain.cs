using Microsoft.Extensions.Logging;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Grains;

/// <summary>
/// A job's desired state, kept in grain storage, and the timer that brings reality to it. A change is stored before anything follows from it, so whatever is interrupted goes on where the
/// grain is active next. Thread: its grain's turns.
/// </summary>
internal sealed partial class JobGrain(
    [PersistentState("job", GrainStorage.Name)] IPersistentState<StoredJob> stored, SubmissionCheck check, GenerationChange generations, PlanCache plans, ClusterView cluster, TimeProvider time,
    ILogger<JobGrain> logger) : Grain, IJobGrain, IShownJob, IHandedJob
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private SlotKeeper keeper = null!;
    private JobRecord? record;
    private IGrainTimer? timer;

    private string Name => this.GetPrimaryKeyString();

    private IJobIndexGrain Index => GrainFactory.GetJobs();

    private KnownJobs Known => new(_ => record, () => new WrittenByCluster(GrainFactory, check, LogNoAnswer).Besides(Name));

    public override Task OnActivateAsync(CancellationToken cancel)
    {
        keeper = new SlotKeeper(Name, cluster, GrainFactory, time, logger);
        record = stored.State.Read();
        if (record is not null) KeepOnTime(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<Answer<SubmitAnswer>> Submit(JobSubmission submission)
    {
        var answer = await Check(submission, trial: false);
        if (answer.Value is not { } good) return answer.Refusal!;
        var (next, outcome) = SubmitDecision.Of(record, good, check.Draft, time.GetUtcNow());
        if (next is null || outcome.Value!.Outcome == SubmitOutcome.Unchanged) return outcome;
        if (await check.EnsureTopics(good, CancellationToken.None) is { } without) return without;
        if (SubmitDecision.NeedsSavepoint(record, next)) return await Upgrade(record!, next) is { } unfit ? unfit : outcome;
        await Index.Add(Name);
        await Store(next);
        if (outcome.Value.Outcome == SubmitOutcome.Upgraded) await keeper.StopAll(next.Slots);
        await Keep(CancellationToken.None);
        return outcome;
    }

    public async Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission)
    {
        var answer = await Check(submission, trial: true);
        return answer.Value is { } good ? SubmitDecision.Of(record, good, check.Draft, time.GetUtcNow()).Answer : answer.Refusal!;
    }

    public async Task<Answer<JobStatus>> Status() => record is null ? Unknown() : await StatusNow(record);

    public async Task<Dictionary<string, string>> GetState() => Shown.Of(await Status());

    public async Task<Answer<JobStatus>> Stop()
    {
        if (record is null) return Unknown();
        await Store(record with { Wanted = false });
        await keeper.StopAll(record.Slots);
        LogStopped(Name);
        return await StatusNow(record);
    }

    public async Task<Answer<JobStatus>> Start()
    {
        if (record is null) return Unknown();
        if (!record.Wanted)
        {
            if ((await check.Check(record.Submission, Known, trial: false, CancellationToken.None)).Refusal is { } refusal) return refusal;
            await Store(record with { Wanted = true });
            await Keep(CancellationToken.None);
        }
        return await StatusNow(record);
    }

    public async Task<Answer<Savepoint>> TakeSavepoint()
    {
        if (record is null) return Unknown();
        await keeper.StopAll(record.Slots);
        var savepoint = await generations.Take(record, CancellationToken.None);
        if (savepoint.Value is { } taken) LogSavepoint(Name, taken.Id);
        await Keep(CancellationToken.None);
        return savepoint;
    }

    public async Task<Answer<Savepoint>> StopWithSavepoint()
    {
        if (record is null) return Unknown();
        await keeper.StopAll(record.Slots);
        var savepoint = await generations.Take(record, CancellationToken.None);
        if (savepoint.Ok) await Store(record with { Wanted = false });
        await Keep(CancellationToken.None);
        return savepoint;
    }

    public async Task<Answer<IReadOnlyList<Savepoint>>> Savepoints() => record is null ? Unknown() : await generations.List(record, CancellationToken.None);

    public async Task<Answer<RemovedSavepoint>> RemoveSavepoint(string savepoint) => record is null ? Unknown() : await generations.Remove(record, savepoint, CancellationToken.None);

    public async Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(int keep) =>
        record is null ? Unknown() : await generations.KeepNewest(record, keep, CancellationToken.None);

    public async Task<Answer<JobStatus>> StartFrom(string savepoint) => record is null ? Unknown() : await BeginFrom(record, savepoint, record.Slots);

    public async Task<Answer<JobStatus>> Rescale(int slots)
    {
        if (record is null) return Unknown();
        if (GenerationChange.WrongSlots(slots) is { } wrong) return wrong;
        if (slots == record.Slots) return await StatusNow(record);
        // Nothing runs between the savepoint and what begins from it: that would be written twice.
        await keeper.StopAll(record.Slots);
        var savepoint = await generations.Take(record, CancellationToken.None);
        if (savepoint.Value is { } taken)
        {
            LogSavepoint(Name, taken.Id);
            return await BeginFrom(record, taken.Id, slots);
        }
        await Keep(CancellationToken.None);
        return savepoint.Refusal!;
    }

    public async Task<Answer<JobSummary>> Remove()
    {
        if (record is null) return Unknown();
        if (record.Wanted) return Refusal.Of(RefusalKind.Conflict, $"job '{Name}' runs: stop it first");
        var last = StatusMerge.Summary(StatusMerge.Of(record, []));
        await Index.Remove(Name);
        await stored.ClearStateAsync();
        record = null;
        LogRemoved(Name);
        timer?.Dispose();
        DeactivateOnIdle();
        return last;
    }

    public async Task<Answer<IReadOnlyList<JobLogLine>>> Log(long after, int most) =>
        record is null ? Unknown() : new Answer<IReadOnlyList<JobLogLine>>([.. await keeper.Log(after, most)], null);

    public async Task<Answer<QueryAnswer>> Query(string key)
    {
        if (record is not { } asked) return Unknown();
        if (!asked.Wanted) return QueryMerge.Stopped(Name);
        try
        {
            var (route, refusal) = await plans.Route(Name, OrderOf(asked), key);
            return route is null ? refusal! : QueryMerge.Of(await keeper.Find(route.Slots(asked.Slots), key));
        }
        catch (Exception failure) when (failure is JobFailed or IOException)
        {
            return Refusal.Of(RefusalKind.Unavailable, failure.Message);
        }
    }

    public Task<Answer<IReadOnlyList<JobRevision>>> Revisions() => Task.FromResult<Answer<IReadOnlyList<JobRevision>>>(
        record is null ? Unknown() : new Answer<IReadOnlyList<JobRevision>>(SpecHistory.Of(record), null));

    public Task<Answer<IReadOnlyList<JobModel>>> Models() => Task.FromResult<Answer<IReadOnlyList<JobModel>>>(
        record is null ? Unknown() : new Answer<IReadOnlyList<JobModel>>(record.Models(), null));

    public async Task<Answer<SubmitAnswer>> UseModel(string path, string sha256)
    {
        if (record is null) return Unknown();
        if (!record.Submission.Models.ContainsKey(path)) return Refusal.Of(RefusalKind.NotFound, ModelGrain.NoModel(Name, path, record.Models()));
        return await Submit(record.Submission with { Models = new Dictionary<string, string>(record.Submission.Models) { [path] = sha256 } });
    }

    public Task<Answer<JobSubmission>> Handed() => Task.FromResult<Answer<JobSubmission>>(record is null ? Unknown() : record.Submission);

    public Task Pulse() => Keep(CancellationToken.None);

    private async Task<Answer<CheckedSubmission>> Check(JobSubmission submission, bool trial)
    {
        var answer = await check.Check(submission, Known, trial, CancellationToken.None);
        return answer.Value is { } good && good.Plan.Name != Name
            ? Refusal.Of(RefusalKind.Invalid, $"the spec is of job '{good.Plan.Name}', and was handed in to job '{Name}'")
            : answer;
    }

    /// <summary>The job stops now; from then on it begins from the savepoint, however often that is interrupted.</summary>
    private async Task<Answer<JobStatus>> BeginFrom(JobRecord from, string savepoint, int slots)
    {
        var next = await generations.From(from, savepoint, slots, CancellationToken.None);
        if (next.Value is not { } begun) return next.Refusal!;
        await keeper.StopAll(from.Slots);
        return await Begin(begun) is { } refusal ? refusal : await StatusNow(record!);
    }

    /// <summary>The job stops, and goes on under its next revision; under the old one when state, or what is under way, does not fit.</summary>
    private async Task<Refusal?> Upgrade(JobRecord existing, JobRecord revised)
    {
        await keeper.StopAll(existing.Slots);
        var next = await generations.Upgrade(existing, revised, CancellationToken.None);
        if (next.Value is { } begun) return await Begin(begun);
        await Keep(CancellationToken.None);
        return next.Refusal;
    }

    private async Task<Refusal?> Begin(JobRecord begun)
    {
        await Store(begun);
        var (ready, refusal) = await generations.Begin(begun, LogBeginning, CancellationToken.None);
        if (ready is null) return refusal;
        await Store(ready);
        await Keep(CancellationToken.None);
        return null;
    }

    private async Task Keep(CancellationToken cancel)
    {
        if (record is not { Wanted: true }) return;
        if (record.Seed is not null)
        {
            var (ready, refusal) = await generations.Begin(record, LogBeginning, cancel);
            if (ready is null) LogCannotBegin(Name, refusal!.Message);
            else await Store(ready);
        }
        if (record.Seed is null) await keeper.Keep(OrderOf(record), record.Slots);
    }

    private static SlotOrder OrderOf(JobRecord record) => new(record.Run, record.Generation, record.Submission, record.Standby);

    private async Task Store(JobRecord next)
    {
        stored.State.Write(next);
        await stored.WriteStateAsync();
        if (next is { Wanted: true, Seed: null } && (record is not { Wanted: true, Seed: null } || record.Run != next.Run)) LogRuns(Name, next.Revision, next.Slots);
        record = next;
        KeepOnTime(Every);
    }

    /// <summary>A job that is on the list stays active; a name that is none does not.</summary>
    private void KeepOnTime(TimeSpan first) => timer ??= this.RegisterGrainTimer(Keep, new GrainTimerCreationOptions(first, Every) { KeepAlive = true });

    private async Task<JobStatus> StatusNow(JobRecord of)
    {
        var details = await keeper.Details(of.Slots);
        var status = StatusMerge.Of(of, [.. details.OfType<SlotDetail>().Select(d => new JobReport(d.Slot is null ? [] : [d.Slot], d.Partitions, null))]);
        return status with { Slots = [.. status.Slots.Select(s => s with { Standby = keeper.Standby(s.Slot) })] };
    }

    private Refusal Unknown() => Refusal.Of(RefusalKind.NotFound, $"there is no job '{Name}'");
}
