using Microsoft.Extensions.Logging;
using StreamGrains.Contracts.Control;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Hosting.Control;
using StreamGrains.Hosting.Supervision;

namespace StreamGrains.Grains;

/// <summary>
/// A job's desired state, kept in grain storage, and the timer that brings reality to it. A change is stored before anything follows from it, so whatever is interrupted goes on where the
/// grain is active next. Thread: its grain's turns.
/// </summary>
internal sealed class JobGrain(
    [PersistentState("job", GrainStorage.Name)] IPersistentState<StoredJob> stored, SubmissionCheck check, ClusterView cluster, TimeProvider time, ILogger<JobGrain> logger) : Grain, IJobGrain
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private SlotKeeper keeper = null!;
    private JobRecord? record;
    private IGrainTimer? timer;

    private string Name => this.GetPrimaryKeyString();

    private IJobIndexGrain Index => GrainFactory.GetGrain<IJobIndexGrain>(0);

    public override Task OnActivateAsync(CancellationToken cancel)
    {
        keeper = new SlotKeeper(Name, cluster, GrainFactory, time, logger);
        record = stored.State.Read();
        if (record is not null) KeepOnTime(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    public async Task<Answer<SubmitAnswer>> Submit(JobSubmission submission)
    {
        var answer = await check.Check(submission, CancellationToken.None);
        if (answer.Value is not { } good) return answer.Refusal!;
        if (good.Plan.Name != Name) return Refusal.Of(RefusalKind.Invalid, $"the spec is of job '{good.Plan.Name}', and was handed in to job '{Name}'");
        var (next, outcome) = SubmitDecision.Of(record, good, time.GetUtcNow());
        if (next is null || outcome.Value!.Outcome == SubmitOutcome.Unchanged) return outcome;
        await check.EnsureTopics(good, CancellationToken.None);
        await Index.Add(Name);
        await Store(next);
        if (outcome.Value.Outcome == SubmitOutcome.Upgraded) await keeper.StopAll(next.Slots);
        await Keep(CancellationToken.None);
        return outcome;
    }

    public async Task<Answer<JobStatus>> Status() => record is null ? Unknown() : await StatusNow(record);

    public async Task<Answer<JobStatus>> Stop()
    {
        if (record is null) return Unknown();
        await Store(record with { Wanted = false });
        await keeper.StopAll(record.Slots);
        return await StatusNow(record);
    }

    public async Task<Answer<JobStatus>> Start()
    {
        if (record is null) return Unknown();
        if (!record.Wanted)
        {
            if ((await check.Check(record.Submission, CancellationToken.None)).Refusal is { } refusal) return refusal;
            await Store(record with { Wanted = true });
            await Keep(CancellationToken.None);
        }
        return await StatusNow(record);
    }

    public async Task<Answer<JobSummary>> Remove()
    {
        if (record is null) return Unknown();
        if (record.Wanted) return Refusal.Of(RefusalKind.Conflict, $"job '{Name}' runs: stop it first");
        var last = StatusMerge.Summary(StatusMerge.Of(record, []));
        await Index.Remove(Name);
        await stored.ClearStateAsync();
        record = null;
        timer?.Dispose();
        DeactivateOnIdle();
        return last;
    }

    public async Task<Answer<IReadOnlyList<JobLogLine>>> Log(long after, int most) =>
        record is null ? Unknown() : new Answer<IReadOnlyList<JobLogLine>>([.. await keeper.Log(after, most)], null);

    public Task<Answer<IReadOnlyList<JobModel>>> Models() => Task.FromResult<Answer<IReadOnlyList<JobModel>>>(
        record is null ? Unknown() : new Answer<IReadOnlyList<JobModel>>([.. record.Submission.Models.Select(m => new JobModel(m.Key, m.Value))], null));

    public Task Pulse() => Keep(CancellationToken.None);

    private Task Keep(CancellationToken cancel) =>
        record is { Wanted: true } ? keeper.Keep(new SlotOrder(record.Revision, record.Submission), record.Slots) : Task.CompletedTask;

    private async Task Store(JobRecord next)
    {
        stored.State.Write(next);
        await stored.WriteStateAsync();
        record = next;
        KeepOnTime(Every);
    }

    /// <summary>A job that is on the list stays active; a name that is none does not.</summary>
    private void KeepOnTime(TimeSpan first) => timer ??= this.RegisterGrainTimer(Keep, new GrainTimerCreationOptions(first, Every) { KeepAlive = true });

    private async Task<JobStatus> StatusNow(JobRecord of)
    {
        var details = await keeper.Details(of.Slots);
        return StatusMerge.Of(of, [.. details.OfType<SlotDetail>().Select(d => new JobReport(d.Slot is null ? [] : [d.Slot], d.Partitions, null))]);
    }

    private Refusal Unknown() => Refusal.Of(RefusalKind.NotFound, $"there is no job '{Name}'");
}
