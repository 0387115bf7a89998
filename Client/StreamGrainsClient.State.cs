using System.Globalization;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Client;

/// <content>A job's state: looking into it, keeping copies of it, beginning from one, spreading it over other slots.</content>
public sealed partial class StreamGrainsClient
{
    /// <summary>
    /// What a running job keeps for a key at the moment, committed or not. That there is nothing is an answer, <see cref="QueryOutcome.UnknownKey"/>, and so is that nobody can say right now,
    /// <see cref="QueryOutcome.Moving"/>: a slot that may hold the key restarts or moves, so ask again in a second or two.
    /// </summary>
    /// <param name="job">The job. One that is stopped is a <see cref="ProblemKind.Conflict"/>.</param>
    /// <param name="key">The key as text, as it would be in a record. One that the job cannot have (a word where keys are numbers) is <see cref="ProblemKind.Invalid"/>.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<QueryAnswer> QueryAsync(string job, string key, CancellationToken cancel = default)
    {
        // A path cannot end in them: they would be another path.
        if (key is "" or "." or "..") throw new StreamGrainsException(ProblemKind.Invalid, $"the key '{key}' cannot be asked for");
        using var response = await Ask(HttpMethod.Get, $"{PathOf(job)}/keys/{Uri.EscapeDataString(key)}", null, cancel);
        return await Answers.ReadKey(response, cancel);
    }

    /// <summary>
    /// Keeps a copy of a job's whole state, from which it can be started again. A job that runs stops for it and goes on after; one that is stopped stays so. The call takes as long as copying
    /// the state does (<see cref="HttpClient.Timeout"/> is 100 seconds by default); the server finishes it also when nobody waits any more. Repeated, it takes another one.
    /// </summary>
    public Task<Savepoint> SavepointAsync(string job, CancellationToken cancel = default) => Send<Savepoint>(HttpMethod.Post, $"{PathOf(job)}/savepoints", null, cancel, once: true);

    /// <summary>
    /// Stops a job and keeps a copy of its whole state, in one; it stays stopped. When no copy can be made, the job goes on as it was. Repeated, it takes another one.
    /// </summary>
    public Task<Savepoint> StopWithSavepointAsync(string job, CancellationToken cancel = default) =>
        Send<Savepoint>(HttpMethod.Post, $"{PathOf(job)}/savepoints?stop=true", null, cancel, once: true);

    /// <summary>Savepoints of a job, oldest first.</summary>
    public Task<IReadOnlyList<Savepoint>> SavepointsAsync(string job, CancellationToken cancel = default) => Get<IReadOnlyList<Savepoint>>($"{PathOf(job)}/savepoints", cancel);

    /// <summary>Removes a savepoint. The one that the job is about to begin from is a <see cref="ProblemKind.Conflict"/>; repeated, it is <see cref="ProblemKind.NotFound"/>.</summary>
    public Task<RemovedSavepoint> RemoveSavepointAsync(string job, string savepoint, CancellationToken cancel = default) =>
        Send<RemovedSavepoint>(HttpMethod.Delete, $"{PathOf(job)}/savepoints/{Uri.EscapeDataString(savepoint)}", null, cancel);

    /// <summary>Removes all savepoints of a job but the newest so many, at least 1, and the one that it is about to begin from. The answer has those that were removed.</summary>
    public Task<IReadOnlyList<RemovedSavepoint>> KeepSavepointsAsync(string job, int keep, CancellationToken cancel = default) =>
        Send<IReadOnlyList<RemovedSavepoint>>(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"{PathOf(job)}/savepoints?keep={keep}"), null, cancel);

    /// <summary>
    /// Starts a job from a savepoint, whether it runs or not: state and place in the source are what they were then. What the job wrote since is written again, so readers of its outputs see
    /// it twice; so it is when this is called again.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="savepoint">The savepoint's <see cref="Savepoint.Id"/>. One of a spec whose state means something else is a <see cref="ProblemKind.Conflict"/>.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<JobStatus> StartFromAsync(string job, string savepoint, CancellationToken cancel = default) =>
        Send<JobStatus>(HttpMethod.Post, $"{PathOf(job)}/savepoints/{Uri.EscapeDataString(savepoint)}/start", null, cancel, once: true);

    /// <summary>Gives a job another number of slots, with all of its state, by way of a savepoint; then it runs. The same number again changes nothing.</summary>
    /// <param name="job">The job.</param>
    /// <param name="slots">1 to 1024, and at most as many as its source has partitions.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<JobStatus> ScaleAsync(string job, int slots, CancellationToken cancel = default) =>
        Send<JobStatus>(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"{PathOf(job)}/slots/{slots}"), null, cancel);
}
