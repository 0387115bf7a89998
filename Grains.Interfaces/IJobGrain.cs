using Orleans.Concurrency;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Grains.Interfaces;

/// <summary>
/// One job of the cluster; its key is the job's name. Keeps what the job is to do, and sees to it that every slot runs somewhere. Expected refusals are answers.
/// </summary>
[Alias("StreamGrains.IJobGrain")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Hands the job in: checked as <c>validate</c> does, then started, or gone on with under a new spec. The spec's job must be the grain's key.</summary>
    [Alias("Submit"), ResponseTimeout("00:10:00")]
    Task<Answer<SubmitAnswer>> Submit(JobSubmission submission);

    /// <summary>What handing the job in would come to, with what would become of its state; nothing changes.</summary>
    [Alias("DryRun"), AlwaysInterleave, ResponseTimeout("00:10:00")]
    Task<Answer<SubmitAnswer>> DryRun(JobSubmission submission);

    /// <summary>Everything about the job.</summary>
    [Alias("Status"), AlwaysInterleave]
    Task<Answer<JobStatus>> Status();

    /// <summary>Stops the job cleanly; it stays stopped.</summary>
    [Alias("Stop"), ResponseTimeout("00:02:00")]
    Task<Answer<JobStatus>> Stop();

    /// <summary>Starts a stopped job again, from where it was.</summary>
    [Alias("Start"), ResponseTimeout("00:10:00")]
    Task<Answer<JobStatus>> Start();

    /// <summary>Takes a savepoint; the job stops for it and goes on after.</summary>
    [Alias("TakeSavepoint"), ResponseTimeout("00:10:00")]
    Task<Answer<Savepoint>> TakeSavepoint();

    /// <summary>Stops the job and takes a savepoint; it stays stopped. When none can be taken, the job goes on as it was.</summary>
    [Alias("StopWithSavepoint"), ResponseTimeout("00:10:00")]
    Task<Answer<Savepoint>> StopWithSavepoint();

    /// <summary>Savepoints of the job, oldest first.</summary>
    [Alias("Savepoints"), AlwaysInterleave]
    Task<Answer<IReadOnlyList<Savepoint>>> Savepoints();

    /// <summary>Removes a savepoint. Refused for the one that the job is to begin from and has not yet.</summary>
    [Alias("RemoveSavepoint"), ResponseTimeout("00:10:00")]
    Task<Answer<RemovedSavepoint>> RemoveSavepoint(string savepoint);

    /// <summary>Removes all savepoints but the newest so many, and the one that the job is to begin from and has not yet. Those that were removed.</summary>
    [Alias("KeepSavepoints"), ResponseTimeout("00:10:00")]
    Task<Answer<IReadOnlyList<RemovedSavepoint>>> KeepSavepoints(int keep);

    /// <summary>Starts the job from a savepoint: state and place in the source are what they were then.</summary>
    [Alias("StartFrom"), ResponseTimeout("00:10:00")]
    Task<Answer<JobStatus>> StartFrom(string savepoint);

    /// <summary>Gives the job another number of slots, with all of its state.</summary>
    [Alias("Rescale"), ResponseTimeout("00:10:00")]
    Task<Answer<JobStatus>> Rescale(int slots);

    /// <summary>Takes a stopped job off the list.</summary>
    [Alias("Remove")]
    Task<Answer<JobSummary>> Remove();

    /// <summary>What the job said lately in its processes: of each the lines with numbers above <paramref name="after"/>, the newest <paramref name="most"/>, oldest first.</summary>
    [Alias("Log"), AlwaysInterleave]
    Task<Answer<IReadOnlyList<JobLogLine>>> Log(long after, int most);

    /// <summary>What the job keeps for a key at the moment.</summary>
    [Alias("Query"), AlwaysInterleave]
    Task<Answer<QueryAnswer>> Query(string key);

    /// <summary>Specs that the job was handed in with, oldest first: the newest, which is the last, and the last few before it.</summary>
    [Alias("Revisions"), AlwaysInterleave]
    Task<Answer<IReadOnlyList<JobRevision>>> Revisions();

    /// <summary>Models that the job scores with.</summary>
    [Alias("Models"), AlwaysInterleave]
    Task<Answer<IReadOnlyList<JobModel>>> Models();

    /// <summary>
    /// Has the job score with another file in a model's place, which was uploaded before, as its next revision: all state stays. Refused when the file's inputs or outputs do not fit the spec.
    /// </summary>
    /// <param name="path">Path of the model as the spec writes it.</param>
    /// <param name="sha256">Hash of the file's content, lower-case hexadecimal.</param>
    [Alias("UseModel"), ResponseTimeout("00:10:00")]
    Task<Answer<SubmitAnswer>> UseModel(string path, string sha256);

    /// <summary>Looks now whether every slot runs somewhere: after a silo came or went, say. Returns at once.</summary>
    [Alias("Pulse"), OneWay]
    Task Pulse();
}
