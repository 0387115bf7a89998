using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>Jobs of the cluster, as any of its silos controls them. Any thread.</summary>
public sealed class ClusterJobs(IGrainFactory grains, SubmissionCheck check) : IJobControl
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobSummary>> List(CancellationToken cancel)
    {
        var names = await grains.GetJobs().List().WaitAsync(cancel);
        var all = await Task.WhenAll(names.Select(n => Status(n, cancel)));
        return [.. all.Where(a => a.Ok).Select(a => StatusMerge.Summary(a.Value!))];
    }

    /// <inheritdoc/>
    public Task<Answer<SubmitAnswer>> Submit(JobSubmission submission, CancellationToken cancel) => HandIn(submission, job => job.Submit(submission), cancel);

    /// <inheritdoc/>
    public Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission, CancellationToken cancel) => HandIn(submission, job => job.DryRun(submission), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Status(string job, CancellationToken cancel) => Ask(job, j => j.Status(), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Stop(string job, CancellationToken cancel) => Ask(job, j => j.Stop(), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Start(string job, CancellationToken cancel) => Ask(job, j => j.Start(), cancel);

    /// <inheritdoc/>
    public Task<Answer<Savepoint>> TakeSavepoint(string job, CancellationToken cancel) => Ask(job, j => j.TakeSavepoint(), cancel);

    /// <inheritdoc/>
    public Task<Answer<Savepoint>> StopWithSavepoint(string job, CancellationToken cancel) => Ask(job, j => j.StopWithSavepoint(), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<Savepoint>>> Savepoints(string job, CancellationToken cancel) => Ask(job, j => j.Savepoints(), cancel);

    /// <inheritdoc/>
    public Task<Answer<RemovedSavepoint>> RemoveSavepoint(string job, string savepoint, CancellationToken cancel) => Ask(job, j => j.RemoveSavepoint(savepoint), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(string job, int keep, CancellationToken cancel) => Ask(job, j => j.KeepSavepoints(keep), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> StartFrom(string job, string savepoint, CancellationToken cancel) => Ask(job, j => j.StartFrom(savepoint), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobStatus>> Rescale(string job, int slots, CancellationToken cancel) => Ask(job, j => j.Rescale(slots), cancel);

    /// <inheritdoc/>
    public Task<Answer<JobSummary>> Remove(string job, CancellationToken cancel) => Ask(job, j => j.Remove(), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobLogLine>>> Log(string job, long after, int most, CancellationToken cancel) => Ask(job, j => j.Log(after, most), cancel);

    /// <inheritdoc/>
    public Task<Answer<QueryAnswer>> Query(string job, string key, CancellationToken cancel) => Ask(job, j => j.Query(key), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobRevision>>> Revisions(string job, CancellationToken cancel) => Ask(job, j => j.Revisions(), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<JobModel>>> Models(string job, CancellationToken cancel) => Ask(job, j => j.Models(), cancel);

    /// <inheritdoc/>
    public Task<Answer<IReadOnlyList<ModelUser>>> ModelUsers(CancellationToken cancel) => Answered<IReadOnlyList<ModelUser>>(async () =>
    {
        var users = new List<ModelUser>();
        foreach (var job in await grains.GetJobs().List().WaitAsync(cancel))
        {
            var models = await grains.GetJob(job).Models().WaitAsync(cancel);
            // One that is gone by now uses none.
            users.AddRange((models.Value ?? []).Select(m => new ModelUser(job, m)));
        }
        return new Answer<IReadOnlyList<ModelUser>>(users, null);
    });

    /// <summary>The draft tells whose job it is; the job's grain checks all of it.</summary>
    private Task<Answer<SubmitAnswer>> HandIn(JobSubmission submission, Func<IJobGrain, Task<Answer<SubmitAnswer>>> question, CancellationToken cancel)
    {
        var draft = check.Draft(submission);
        return draft.Plan is { } plan ? Ask(plan.Name, question, cancel) : Task.FromResult<Answer<SubmitAnswer>>(SubmissionCheck.Mistakes(draft.Errors));
    }

    private Task<Answer<T>> Ask<T>(string job, Func<IJobGrain, Task<Answer<T>>> question, CancellationToken cancel)
        where T : class => Answered(() => question(grains.GetJob(job)).WaitAsync(cancel));

    private static async Task<Answer<T>> Answered<T>(Func<Task<Answer<T>>> question)
        where T : class
    {
        try
        {
            return await question();
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return Refusal.Of(RefusalKind.Unavailable, $"the cluster did not answer: {failure.Message}");
        }
    }
}
