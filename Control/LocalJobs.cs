using System.Collections.Concurrent;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Runtime.Queries;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Control;

/// <summary>
/// Jobs of one process that has all of their slots: what is asked is remembered in files, so a server that starts again runs what it ran. Any thread; changes to a job wait for one another.
/// A change that has begun is finished, also when who asked for it is gone: a job may stand still halfway.
/// </summary>
public sealed class LocalJobs : IJobControl, IDisposable
{
    private readonly JobHost host;
    private readonly SubmissionCheck check;
    private readonly GenerationChange generations;
    private readonly RecordFiles files;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<string, JobRecord> records = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> unwritten = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> changing = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource ending = new();
    private readonly LateStarts late;
    private bool disposed;

    public LocalJobs(JobHost host, SubmissionCheck check, GenerationChange generations, RecordFiles files, TimeProvider time)
    {
        (this.host, this.check, this.generations, this.files, this.time) = (host, check, generations, files, time);
        late = new LateStarts(time, job => _ = StartLate(job));
    }

    /// <summary>Remembers the jobs of before; call it first. Throws <see cref="IOException"/> naming the record that cannot be read.</summary>
    public void Load()
    {
        foreach (var record in files.Load()) records[record.Job] = record;
    }

    /// <summary>
    /// Goes on with what ran when the server stopped. A job that cannot be had any more stays on the list, stopped, and its log says why; one that cannot start at the moment is tried again.
    /// </summary>
    public async Task Resume(CancellationToken cancel)
    {
        foreach (var job in records.Keys.Order(StringComparer.Ordinal))
            await Change(job, async () => records.TryGetValue(job, out var record) && record.Wanted ? await Run(record) : null, cancel);
    }

    /// <summary>The server stops: what has begun gives up where it may, and nothing is tried again. Call it before the host goes.</summary>
    public void End()
    {
        ending.Cancel();
        late.Dispose();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSummary>> List(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JobSummary>>([.. records.Values.OrderBy(r => r.Job, StringComparer.Ordinal).Select(r => StatusMerge.Summary(StatusOf(r)))]);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Status(string job, CancellationToken cancel) =>
        Task.FromResult<Answer<JobStatus>>(records.TryGetValue(job, out var record) ? StatusOf(record) : Unknown(job));

    /// <inheritdoc/>
    public async Task<Answer<SubmitAnswer>> Submit(JobSubmission submission, CancellationToken cancel)
    {
        var checkedSubmission = await check.Check(submission, Known, trial: false, cancel);
        if (checkedSubmission is not { Value: { } good }) return checkedSubmission.Refusal!;
        return await Change(good.Plan.Name, async () =>
        {
            var existing = records.GetValueOrDefault(good.Plan.Name);
            var (record, answer) = SubmitDecision.Of(existing, good, check.Draft, time.GetUtcNow());
            if (record is null || answer.Value!.Outcome == SubmitOutcome.Unchanged) return answer;
            if (await check.EnsureTopics(good, cancel) is { } without) return without;
            if (SubmitDecision.NeedsSavepoint(existing, record)) return await Upgrade(existing!, record) is { } unfit ? unfit : answer;
            Keep(record);
            if (answer.Value.Outcome == SubmitOutcome.Upgraded) await host.Stop(record.Job);
            return await Run(record) is { } refusal ? refusal : answer;
        }, cancel);
    }

    /// <inheritdoc/>
    public async Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission, CancellationToken cancel)
    {
        var answer = await check.Check(submission, Known, trial: true, cancel);
        return answer.Value is { } good ? SubmitDecision.Of(records.GetValueOrDefault(good.Plan.Name), good, check.Draft, time.GetUtcNow()).Answer : answer.Refusal!;
    }

    /// <inheritdoc/>
    /// <remarks>A job stops also where that cannot be written down (its disk is full); then its status says so until it can, with the next stop.</remarks>
    public Task<Answer<JobStatus>> Stop(string job, CancellationToken cancel) => ChangeKnown<JobStatus>(job, async record =>
    {
        record = Rest(record);
        await host.Stop(job);
        host.Say(job, "the job is stopped");
        return StatusOf(record);
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Start(string job, CancellationToken cancel) => ChangeKnown<JobStatus>(job, async record =>
    {
        if (record.Wanted) return StatusOf(record);
        if ((await check.Check(record.Submission, new KnownJobs(_ => record, Written), trial: false, cancel)).Refusal is { } mistakes) return mistakes;
        record = record with { Wanted = true };
        Keep(record);
        return await Run(record) is { } refusal ? refusal : StatusOf(records[job]);
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<Savepoint>> TakeSavepoint(string job, CancellationToken cancel) => ChangeKnown<Savepoint>(job, async record =>
    {
        var savepoint = await SavepointOf(record);
        if (record.Wanted) await Run(record);
        return savepoint;
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<Savepoint>> StopWithSavepoint(string job, CancellationToken cancel) => ChangeKnown<Savepoint>(job, async record =>
    {
        await host.Stop(job);
        var savepoint = await generations.Take(record, ending.Token);
        if (savepoint.Ok) Rest(record);
        else if (record.Wanted) await Run(record);
        return savepoint;
    }, cancel);

    /// <inheritdoc/>
    public async Task<Answer<IReadOnlyList<Savepoint>>> Savepoints(string job, CancellationToken cancel) =>
        records.TryGetValue(job, out var record) ? await generations.List(record, cancel) : Unknown(job);

    /// <inheritdoc/>
    public Task<Answer<RemovedSavepoint>> RemoveSavepoint(string job, string savepoint, CancellationToken cancel) =>
        ChangeKnown<RemovedSavepoint>(job, record => generations.Remove(record, savepoint, ending.Token), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(string job, int keep, CancellationToken cancel) =>
        ChangeKnown<IReadOnlyList<RemovedSavepoint>>(job, record => generations.KeepNewest(record, keep, ending.Token), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> StartFrom(string job, string savepoint, CancellationToken cancel) =>
        ChangeKnown<JobStatus>(job, record => BeginFrom(record, savepoint, record.Slots), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Rescale(string job, int slots, CancellationToken cancel) => ChangeKnown<JobStatus>(job, async record =>
    {
        if (GenerationChange.WrongSlots(slots) is { } wrong) return wrong;
        if (slots == record.Slots) return StatusOf(record);
        var savepoint = await SavepointOf(record);
        if (savepoint.Value is { } taken) return await BeginFrom(record, taken.Id, slots);
        if (record.Wanted) await Run(record);
        return savepoint.Refusal!;
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<JobSummary>> Remove(string job, CancellationToken cancel) => ChangeKnown<JobSummary>(job, record =>
    {
        if (record.Wanted) return Task.FromResult<Answer<JobSummary>>(Refusal.Of(RefusalKind.Conflict, $"job '{job}' runs: stop it first"));
        files.Remove(job);
        records.TryRemove(job, out _);
        unwritten.TryRemove(job, out _);
        return Task.FromResult<Answer<JobSummary>>(StatusMerge.Summary(StatusOf(record)));
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobLogLine>>> Log(string job, long after, int most, CancellationToken cancel) => Task.FromResult(
        records.ContainsKey(job) ? new Answer<IReadOnlyList<JobLogLine>>(host.Log(job, after, most), null) : Unknown(job));

    /// <inheritdoc/>
    public async Task<Answer<QueryAnswer>> Query(string job, string key, CancellationToken cancel)
    {
        if (!records.TryGetValue(job, out var record)) return Unknown(job);
        if (!record.Wanted) return QueryMerge.Stopped(job);
        return QueryMerge.Of(await Task.WhenAll(Enumerable.Range(0, record.Slots).Select(slot => host.Find(job, slot, key))).WaitAsync(cancel));
    }

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobRevision>>> Revisions(string job, CancellationToken cancel) => Task.FromResult(
        records.TryGetValue(job, out var record) ? new Answer<IReadOnlyList<JobRevision>>(SpecHistory.Of(record), null) : Unknown(job));

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobModel>>> Models(string job, CancellationToken cancel) => Task.FromResult(
        records.TryGetValue(job, out var record) ? new Answer<IReadOnlyList<JobModel>>(record.Models(), null) : Unknown(job));

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ModelUser>>> ModelUsers(CancellationToken cancel) => Task.FromResult(
        new Answer<IReadOnlyList<ModelUser>>([.. records.Values.SelectMany(r => r.Models().Select(m => new ModelUser(r.Job, m)))], null));

    public void Dispose()
    {
        // It is two services of one provider, and so may be disposed twice.
        if (disposed) return;
        disposed = true;
        End();
        ending.Dispose();
        foreach (var gate in changing.Values) gate.Dispose();
    }

    private Refusal Unknown(string job) => Refusal.Of(
        RefusalKind.NotFound, NearestName.Of(job, records.Keys) is { } near ? $"there is no job '{job}'; did you mean '{near}'?" : $"there is no job '{job}'");

    private KnownJobs Known => new(job => records.GetValueOrDefault(job), Written);

    private Task<IReadOnlyList<WrittenTopics>> Written() => Task.Run<IReadOnlyList<WrittenTopics>>(() => [.. records.Values.Select(r => check.WrittenBy(r.Job, r.Submission))]);

    private JobStatus StatusOf(JobRecord record)
    {
        var status = StatusMerge.Of(record, [late.FailureOf(record.Job) is { } failure ? Unstarted(record, failure) : host.Report(record.Job)]);
        return unwritten.TryGetValue(record.Job, out var why) ? status with { Problem = why } : status;
    }

    private JobReport Unstarted(JobRecord record, SlotFailure failure) =>
        new([.. Enumerable.Range(0, record.Slots).Select(slot => new SlotStatus(slot, SlotPhase.Failed, host.Owner, 0, null, failure))], [], failure.Message);

    private void Keep(JobRecord record)
    {
        files.Save(record);
        records[record.Job] = record;
        unwritten.TryRemove(record.Job, out _);
    }

    /// <summary>The job is not to run any more.</summary>
    private JobRecord Rest(JobRecord record)
    {
        record = records[record.Job] = record with { Wanted = false };
        late.Forget(record.Job);
        TryKeep(record);
        return record;
    }

    private void TryKeep(JobRecord record)
    {
        try
        {
            Keep(record);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var why = failure is IOException full && FailureCounts.IsFull(full) ? "no space is left on its disk" : failure.Message;
            unwritten[record.Job] = $"that the job is stopped could not be written down ({why}): it runs again when the server starts again. Mend that, and stop it once more.";
            host.Say(record.Job, unwritten[record.Job], JobLogLevel.Warning);
        }
    }

    /// <summary>The job stops for it.</summary>
    private async Task<Answer<Savepoint>> SavepointOf(JobRecord record)
    {
        await host.Stop(record.Job);
        var savepoint = await generations.Take(record, ending.Token);
        if (savepoint.Value is { } taken) host.Say(record.Job, $"savepoint {taken.Id} is taken");
        return savepoint;
    }

    /// <summary>The job stands still or stops now; from then on it begins from the savepoint, however often that is interrupted.</summary>
    private async Task<Answer<JobStatus>> BeginFrom(JobRecord record, string savepoint, int slots)
    {
        var next = await generations.From(record, savepoint, slots, ending.Token);
        if (next.Value is not { } begun)
        {
            if (record.Wanted) await Run(record);
            return next.Refusal!;
        }
        await host.Stop(record.Job);
        Keep(begun);
        return (await Run(begun) ?? late.RefusalOf(record.Job)) is { } refusal ? refusal : StatusOf(records[record.Job]);
    }

    /// <summary>The job stops, and goes on under its next revision; under the old one when state, or what is under way, does not fit.</summary>
    private async Task<Refusal?> Upgrade(JobRecord existing, JobRecord revised)
    {
        await host.Stop(existing.Job);
        var next = await generations.Upgrade(existing, revised, ending.Token);
        if (next.Value is { } begun)
        {
            Keep(begun);
            return await Run(begun) ?? late.RefusalOf(existing.Job);
        }
        if (existing.Wanted) await Run(existing);
        return next.Refusal;
    }

    /// <summary>
    /// Runs all slots of a job. What cannot be started at the moment stays wanted and is tried again, as its status and its log say. The refusal of what cannot be started at all (its model is
    /// gone, say): that is kept as stopped, to be started when it is mended.
    /// </summary>
    private async Task<Refusal?> Run(JobRecord record)
    {
        try
        {
            var plan = await check.Plan(record.Submission, record.Generation, ending.Token);
            var begun = await generations.Begin(record, line => host.Say(record.Job, line), ending.Token);
            if (begun.Value is not { } ready) return WaitFor(record.Job, begun.Refusal!);
            if (ready != record) Keep(ready);
            late.Forget(record.Job);
            host.Say(record.Job, $"the job runs: revision {ready.Revision}, {ready.Slots} slots");
            for (var slot = 0; slot < ready.Slots; slot++) host.Take(plan, ready.Run, slot);
            return null;
        }
        catch (IOException away)
        {
            return WaitFor(record.Job, Refusal.Of(RefusalKind.Unavailable, away.Message));
        }
        catch (Exception failure) when (failure is Engine.JobFailed or InvalidDataException)
        {
            late.Forget(record.Job);
            Keep(record with { Wanted = false });
            host.Say(record.Job, $"the job does not start, and rests until it is started: {failure.Message}", JobLogLevel.Warning);
            return Refusal.Of(RefusalKind.Conflict, failure.Message);
        }
    }

    private Refusal? WaitFor(string job, Refusal reason)
    {
        var pause = late.Add(job, reason);
        host.Say(job, $"the job does not start: {reason.Message} It is tried again in {pause.TotalSeconds:0} s.", JobLogLevel.Warning);
        return null;
    }

    private async Task StartLate(string job)
    {
        try
        {
            await Change(job, async () => records.TryGetValue(job, out var record) && late.RefusalOf(job) is not null ? await Run(record) : null, ending.Token);
        }
        catch (Exception) when (ending.IsCancellationRequested)
        {
            // The server stops; what starts again later goes on with the job.
        }
        catch (Exception surprise)
        {
            WaitFor(job, Refusal.Of(RefusalKind.Unavailable, $"{surprise.GetType().Name}: {surprise.Message}."));
        }
    }

    /// <summary>A name that is no job's gets no gate: there may be many such.</summary>
    private async Task<Answer<T>> ChangeKnown<T>(string job, Func<JobRecord, Task<Answer<T>>> change, CancellationToken cancel)
        where T : class =>
        records.ContainsKey(job) ? await Change(job, async () => records.TryGetValue(job, out var record) ? await change(record) : Unknown(job), cancel) : Unknown(job);

    private async Task<T> Change<T>(string job, Func<Task<T>> change, CancellationToken cancel)
    {
        var gate = changing.GetOrAdd(job, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancel);
        try
        {
            return await change();
        }
        finally
        {
            gate.Release();
        }
    }
}
