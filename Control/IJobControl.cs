using StreamGrains.Contracts.Control;

namespace StreamGrains.Control;

/// <summary>
/// What can be done with jobs, whoever runs them: this process, or a cluster of silos. Expected refusals are answers; exceptions are surprises. Any thread.
/// </summary>
public interface IJobControl
{
    /// <summary>All jobs, by name.</summary>
    Task<IReadOnlyList<JobSummary>> List(CancellationToken cancel);

    /// <summary>
    /// Hands a job in: checks it as <c>validate</c> does and refuses it with every mistake, else starts it, or has it go on with a new spec. The same submission again changes nothing.
    /// </summary>
    Task<Answer<SubmitAnswer>> Submit(JobSubmission submission, CancellationToken cancel);

    /// <summary>
    /// What handing a job in would come to, with what would become of its state; nothing changes. Refused as the submission would be, but for what shows only when a job stops or its topics are made.
    /// Models that were not uploaded are not looked into.
    /// </summary>
    Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission, CancellationToken cancel);

    /// <summary>Everything about a job.</summary>
    Task<Answer<JobStatus>> Status(string job, CancellationToken cancel);

    /// <summary>Stops a job cleanly: what it took is committed, with a last snapshot. A job that is stopped stays stopped.</summary>
    Task<Answer<JobStatus>> Stop(string job, CancellationToken cancel);

    /// <summary>Starts a stopped job again, from where it was.</summary>
    Task<Answer<JobStatus>> Start(string job, CancellationToken cancel);

    /// <summary>
    /// Takes a savepoint: stops the job cleanly, keeps a copy of its whole state, and starts it again if it ran. The output stands still meanwhile. A job that is not at rest within its
    /// time to stop, or has not begun yet, is refused.
    /// </summary>
    Task<Answer<Savepoint>> TakeSavepoint(string job, CancellationToken cancel);

    /// <summary>Stops a job and takes a savepoint of it; it stays stopped. When none can be taken, the job goes on as it was.</summary>
    Task<Answer<Savepoint>> StopWithSavepoint(string job, CancellationToken cancel);

    /// <summary>Savepoints of a job, oldest first.</summary>
    Task<Answer<IReadOnlyList<Savepoint>>> Savepoints(string job, CancellationToken cancel);

    /// <summary>Removes a savepoint. Refused for the one that the job is to begin from and has not yet.</summary>
    Task<Answer<RemovedSavepoint>> RemoveSavepoint(string job, string savepoint, CancellationToken cancel);

    /// <summary>Removes all savepoints but the newest so many, and the one that the job is to begin from and has not yet. Those that were removed.</summary>
    Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(string job, int keep, CancellationToken cancel);

    /// <summary>
    /// Starts a job from a savepoint: its state and its place in the source are what they were then, and what it wrote since is written again. A job that runs is stopped first.
    /// </summary>
    Task<Answer<JobStatus>> StartFrom(string job, string savepoint, CancellationToken cancel);

    /// <summary>Gives a job another number of slots, with all of its state: by a savepoint, under a new journal.</summary>
    Task<Answer<JobStatus>> Rescale(string job, int slots, CancellationToken cancel);

    /// <summary>Takes a stopped job off the list. Its topics and snapshots stay; the same job handed in again goes on from them.</summary>
    Task<Answer<JobSummary>> Remove(string job, CancellationToken cancel);

    /// <summary>What a job said lately: of each process the lines with numbers above <paramref name="after"/>, the newest <paramref name="most"/>, oldest first.</summary>
    Task<Answer<IReadOnlyList<JobLogLine>>> Log(string job, long after, int most, CancellationToken cancel);

    /// <summary>
    /// What a job keeps for a key at the moment, by its text: rolling features and open windows. An answer without state says why there is none. A stopped job is refused, and a text
    /// that no key of the job can be.
    /// </summary>
    Task<Answer<QueryAnswer>> Query(string job, string key, CancellationToken cancel);

    /// <summary>Specs that a job was handed in with, oldest first: the newest, which is the last, and the last few before it.</summary>
    Task<Answer<IReadOnlyList<JobRevision>>> Revisions(string job, CancellationToken cancel);

    /// <summary>Models that a job scores with.</summary>
    Task<Answer<IReadOnlyList<JobModel>>> Models(string job, CancellationToken cancel);

    /// <summary>Every use of a model by a job, running or not; refused when a job does not say.</summary>
    Task<Answer<IReadOnlyList<ModelUser>>> ModelUsers(CancellationToken cancel);
}

/// <summary>A job that was handed in with a model.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Model">The model.</param>
public sealed record ModelUser(string Job, JobModel Model);
