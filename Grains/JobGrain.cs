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
    [PersistentState("job", GrainStorage.Name)] IPersistentState<StoredJob> stored, SubmissionCheck check, GenerationChange generations, PlanCache plans, ClusterView cluster, JobHost host,
    ILogger<JobGrain> logger) : Grain, IJobGrain, IShownJob, IHandedJob
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly IPersistentState<StoredJob> stored = stored;
    private readonly JobHost host = host;
    private SlotKeeper keeper = null!;
    private JobLifecycle life = null!;
    private IGrainTimer? timer;

    private string Name => this.GetPrimaryKeyString();

    private KnownJobs Known => new(_ => life.Record, Others);

    public override Task OnActivateAsync(CancellationToken cancel)
    {
        keeper = new SlotKeeper(Name, cluster, GrainFactory, host.Time, logger);
        life = new JobLifecycle(Name, new Place(this), check, generations, host.Time, CancellationToken.None);
        life.Load(stored.State.Read());
        if (life.Record is not null) AdvanceInTime(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<Answer<SubmitAnswer>> Submit(JobSubmission submission)
    {
        var answer = await Check(submission, trial: false);
        return answer.Value is { } good ? await life.Submit(good) : answer.Refusal!;
    }

    public async Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission)
    {
        var answer = await Check(submission, trial: true);
        return answer.Value is { } good ? SubmitDecision.Of(life.Record, good, check.Draft, host.Time.GetUtcNow()).Answer : answer.Refusal!;
    }

    public Task<Answer<JobStatus>> Status() => IfKnown<JobStatus>(async record => await StatusNow(record));

    public async Task<Dictionary<string, string>> GetState() => Shown.Of(await Status());

    public Task<Answer<JobStatus>> Stop() => ChangeStatus(async record =>
    {
        await life.Stop(record);
        return null;
    });

    public Task<Answer<JobStatus>> Start() => ChangeStatus(life.Start);

    public Task<Answer<Savepoint>> TakeSavepoint() => IfKnown(record => life.TakeSavepoint(record, stop: false));

    public Task<Answer<Savepoint>> StopWithSavepoint() => IfKnown(record => life.TakeSavepoint(record, stop: true));

    public Task<Answer<IReadOnlyList<Savepoint>>> Savepoints() => IfKnown(record => generations.List(record, CancellationToken.None));

    public Task<Answer<RemovedSavepoint>> RemoveSavepoint(string savepoint) => IfKnown(record => generations.Remove(record, savepoint, CancellationToken.None));

    public Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(int keep) => IfKnown(record => generations.KeepNewest(record, keep, CancellationToken.None));

    public Task<Answer<JobStatus>> StartFrom(string savepoint) => ChangeStatus(record => life.StartFrom(record, savepoint));

    public Task<Answer<JobStatus>> Rescale(int slots) => ChangeStatus(record => life.Rescale(record, slots));

    public async Task<Answer<JobSummary>> Remove()
    {
        var answer = await IfKnown(life.Remove);
        if (!answer.Ok) return answer;
        timer?.Dispose();
        DeactivateOnIdle();
        return answer;
    }

    public Task<Answer<IReadOnlyList<JobLogLine>>> Log(long after, int most) =>
        IfKnown(async _ => new Answer<IReadOnlyList<JobLogLine>>([.. await keeper.Log(after, most)], null));

    public Task<Answer<QueryAnswer>> Query(string key) => IfKnown<QueryAnswer>(async record =>
    {
        if (!record.Wanted) return QueryMerge.Stopped(Name);
        try
        {
            var (route, refusal) = await plans.Route(Name, OrderOf(record), key);
            return route is null ? refusal! : QueryMerge.Of(await keeper.Find(route.Slots(record.Slots), key));
        }
        catch (Exception failure) when (failure is JobFailed or IOException)
        {
            return Refusal.Of(RefusalKind.Unavailable, failure.Message);
        }
    });

    public Task<Answer<IReadOnlyList<JobRevision>>> Revisions() => IfKnown(record => Task.FromResult(new Answer<IReadOnlyList<JobRevision>>(SpecHistory.Of(record), null)));

    public Task<Answer<IReadOnlyList<JobModel>>> Models() => IfKnown(record => Task.FromResult(new Answer<IReadOnlyList<JobModel>>(record.Models(), null)));

    public Task<Answer<SubmitAnswer>> UseModel(string path, string sha256) => IfKnown<SubmitAnswer>(async record => record.Submission.Models.ContainsKey(path)
        ? await Submit(record.Submission with { Models = new Dictionary<string, string>(record.Submission.Models) { [path] = sha256 } })
        : Refusal.Of(RefusalKind.NotFound, ModelGrain.NoModel(Name, path, record.Models())));

    public Task<Answer<JobSubmission>> Handed() => IfKnown(record => Task.FromResult<Answer<JobSubmission>>(record.Submission));

    public Task Pulse() => life.Advance();

    private async Task<Answer<CheckedSubmission>> Check(JobSubmission submission, bool trial)
    {
        var answer = await check.Check(submission, Known, trial, CancellationToken.None);
        return answer.Value is { } good && good.Plan.Name != Name
            ? Refusal.Of(RefusalKind.Invalid, $"the spec is of job '{good.Plan.Name}', and was handed in to job '{Name}'")
            : answer;
    }

    private Task<IReadOnlyList<WrittenTopics>> Others() => new WrittenByCluster(GrainFactory, check, LogNoAnswer).Besides(Name);

    private static SlotOrder OrderOf(JobRecord record) => new(record.Run, record.Generation, record.Submission, record.Standby);

    /// <summary>A job that is on the list stays active; a name that is none does not.</summary>
    private void AdvanceInTime(TimeSpan first) => timer ??= this.RegisterGrainTimer(_ => life.Advance(), new GrainTimerCreationOptions(first, Every) { KeepAlive = true });

    private async Task<JobStatus> StatusNow(JobRecord of)
    {
        var details = await keeper.Details(of.Slots);
        var status = life.Status(of, [.. details.OfType<SlotDetail>().Select(d => new JobReport(d.Slot is null ? [] : [d.Slot], d.Partitions, null))]);
        return status with { Slots = [.. status.Slots.Select(s => s with { Standby = keeper.Standby(s.Slot) })] };
    }

    private Task<Answer<JobStatus>> ChangeStatus(Func<JobRecord, Task<Refusal?>> change) =>
        IfKnown<JobStatus>(async record => await change(record) is { } refusal ? refusal : await StatusNow(life.Record!));

    private async Task<Answer<T>> IfKnown<T>(Func<JobRecord, Task<Answer<T>>> ask)
        where T : class => life.Record is { } record ? await ask(record) : Refusal.Of(RefusalKind.NotFound, $"there is no job '{Name}'");
}
