using StreamGrains.Contracts.Control;
using StreamGrains.Control;

namespace StreamGrains.Api.Tests.Support;

/// <summary>One job, <c>talker</c>, that said a thousand lines; whatever is to be changed fails as it is told to.</summary>
internal sealed class StubJobs(Func<Refusal> refuse) : IJobControl
{
    private static readonly JobLogLine[] Lines = [.. Enumerable.Range(1, 1000).Select(n => new JobLogLine(n, DateTimeOffset.UnixEpoch.AddSeconds(n), "this-server", $"line {n}"))];

    /// <summary>Lines that are there; grows in tests of following.</summary>
    public List<JobLogLine> Said { get; } = [.. Lines];

    /// <summary>What looking for a key comes to; null refuses, too.</summary>
    public Func<string, Answer<QueryAnswer>?> Queried { get; set; } = _ => null;

    public Task<IReadOnlyList<JobSummary>> List(CancellationToken cancel) => Task.FromResult<IReadOnlyList<JobSummary>>([]);

    public Task<Answer<SubmitAnswer>> Submit(JobSubmission submission, CancellationToken cancel) => Task.FromResult<Answer<SubmitAnswer>>(refuse());

    public Task<Answer<JobStatus>> Status(string job, CancellationToken cancel) => Task.FromResult<Answer<JobStatus>>(refuse());

    public Task<Answer<JobStatus>> Stop(string job, CancellationToken cancel) => Task.FromResult<Answer<JobStatus>>(refuse());

    public Task<Answer<JobStatus>> Start(string job, CancellationToken cancel) => Task.FromResult<Answer<JobStatus>>(refuse());

    public Task<Answer<Savepoint>> TakeSavepoint(string job, CancellationToken cancel) => Task.FromResult<Answer<Savepoint>>(refuse());

    public Task<Answer<IReadOnlyList<Savepoint>>> Savepoints(string job, CancellationToken cancel) => Task.FromResult<Answer<IReadOnlyList<Savepoint>>>(refuse());

    public Task<Answer<RemovedSavepoint>> RemoveSavepoint(string job, string savepoint, CancellationToken cancel) => Task.FromResult<Answer<RemovedSavepoint>>(refuse());

    public Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(string job, int keep, CancellationToken cancel) => Task.FromResult<Answer<IReadOnlyList<RemovedSavepoint>>>(refuse());

    public Task<Answer<IReadOnlyList<ModelUser>>> ModelUsers(CancellationToken cancel) => Task.FromResult<Answer<IReadOnlyList<ModelUser>>>(refuse());

    public Task<Answer<IReadOnlyList<JobRevision>>> Revisions(string job, CancellationToken cancel) => Task.FromResult<Answer<IReadOnlyList<JobRevision>>>(refuse());

    public Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission, CancellationToken cancel) => Task.FromResult<Answer<SubmitAnswer>>(refuse());

    public Task<Answer<Savepoint>> StopWithSavepoint(string job, CancellationToken cancel) => Task.FromResult<Answer<Savepoint>>(refuse());

    public Task<Answer<JobStatus>> StartFrom(string job, string savepoint, CancellationToken cancel) => Task.FromResult<Answer<JobStatus>>(refuse());

    public Task<Answer<JobStatus>> Rescale(string job, int slots, CancellationToken cancel) => Task.FromResult<Answer<JobStatus>>(refuse());

    public Task<Answer<QueryAnswer>> Query(string job, string key, CancellationToken cancel) => Task.FromResult(Queried(key) ?? refuse());

    public Task<Answer<JobSummary>> Remove(string job, CancellationToken cancel) => Task.FromResult<Answer<JobSummary>>(refuse());

    public Task<Answer<IReadOnlyList<JobLogLine>>> Log(string job, long after, int most, CancellationToken cancel) => Task.FromResult(
        job == "talker" ? new Answer<IReadOnlyList<JobLogLine>>([.. Said.Where(l => l.Number > after).TakeLast(most)], null) : Refusal.Of(RefusalKind.NotFound, $"there is no job '{job}'"));

    public Task<Answer<IReadOnlyList<JobModel>>> Models(string job, CancellationToken cancel) => Task.FromResult<Answer<IReadOnlyList<JobModel>>>(refuse());
}
