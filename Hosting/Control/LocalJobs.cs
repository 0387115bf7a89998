using System.Collections.Concurrent;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Hosting.Supervision;

namespace StreamGrains.Hosting.Control;

/// <summary>
/// Jobs of one process that has all of their slots: what is asked is remembered in files, so a server that starts again runs what it ran. Any thread; changes to a job wait for one another.
/// </summary>
internal sealed class LocalJobs(JobHost host, SubmissionCheck check, RecordFiles files, TimeProvider time) : IJobControl, IDisposable
{
    private readonly ConcurrentDictionary<string, JobRecord> records = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> changing = new(StringComparer.Ordinal);

    /// <summary>Goes on with what ran when the server stopped. A job that cannot be had any more is told of by <paramref name="notice"/> and stays on the list.</summary>
    public async Task Resume(Action<string> notice, CancellationToken cancel)
    {
        foreach (var record in files.Load())
        {
            records[record.Job] = record;
            if (!record.Wanted) continue;
            try
            {
                Run(await check.Plan(record.Submission, cancel), record);
            }
            catch (Engine.JobFailed failure)
            {
                notice($"job '{record.Job}' does not start: {failure.Message}");
                records[record.Job] = record with { Wanted = false };
            }
        }
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
        var checkedSubmission = await check.Check(submission, cancel);
        if (checkedSubmission is not { Value: { } good }) return checkedSubmission.Refusal!;
        return await Change(good.Plan.Name, async () =>
        {
            var (record, answer) = SubmitDecision.Of(records.GetValueOrDefault(good.Plan.Name), good, time.GetUtcNow());
            if (record is null || answer.Value!.Outcome == SubmitOutcome.Unchanged) return answer;
            await check.EnsureTopics(good, cancel);
            Keep(record);
            if (answer.Value.Outcome == SubmitOutcome.Upgraded) await host.Stop(record.Job);
            Run(good.Plan, record);
            return answer;
        }, cancel);
    }

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Stop(string job, CancellationToken cancel) => Change<Answer<JobStatus>>(job, async () =>
    {
        if (!records.TryGetValue(job, out var record)) return Unknown(job);
        record = record with { Wanted = false };
        Keep(record);
        await host.Stop(job);
        return StatusOf(record);
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Start(string job, CancellationToken cancel) => Change<Answer<JobStatus>>(job, async () =>
    {
        if (!records.TryGetValue(job, out var record)) return Unknown(job);
        if (record.Wanted) return StatusOf(record);
        var good = await check.Check(record.Submission, cancel);
        if (good.Refusal is { } refusal) return refusal;
        record = record with { Wanted = true };
        Keep(record);
        Run(good.Value!.Plan, record);
        return StatusOf(record);
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<JobSummary>> Remove(string job, CancellationToken cancel) => Change<Answer<JobSummary>>(job, () =>
    {
        if (!records.TryGetValue(job, out var record)) return Task.FromResult<Answer<JobSummary>>(Unknown(job));
        if (record.Wanted) return Task.FromResult<Answer<JobSummary>>(Refusal.Of(RefusalKind.Conflict, $"job '{job}' runs: stop it first"));
        records.TryRemove(job, out _);
        files.Remove(job);
        return Task.FromResult<Answer<JobSummary>>(StatusMerge.Summary(StatusOf(record)));
    }, cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobLogLine>>> Log(string job, long after, int most, CancellationToken cancel) => Task.FromResult(
        records.ContainsKey(job) ? new Answer<IReadOnlyList<JobLogLine>>(host.Log(job, after, most), null) : Unknown(job));

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobModel>>> Models(string job, CancellationToken cancel) => Task.FromResult(
        records.TryGetValue(job, out var record) ? new Answer<IReadOnlyList<JobModel>>([.. record.Submission.Models.Select(m => new JobModel(m.Key, m.Value))], null) : Unknown(job));

    public void Dispose()
    {
        foreach (var gate in changing.Values) gate.Dispose();
    }

    private static Refusal Unknown(string job) => Refusal.Of(RefusalKind.NotFound, $"there is no job '{job}'");

    private JobStatus StatusOf(JobRecord record) => StatusMerge.Of(record, [host.Report(record.Job)]);

    private void Keep(JobRecord record)
    {
        files.Save(record);
        records[record.Job] = record;
    }

    private void Run(JobPlan plan, JobRecord record)
    {
        for (var slot = 0; slot < record.Slots; slot++) host.Take(plan, record.Revision, slot);
    }

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
