using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;

namespace StreamGrains.Control;

/// <summary>
/// Where a job is remembered and how its slots are reached: what differs between a process that has all slots and a cluster
/// that spreads them. Called by the job's <see cref="JobLifecycle"/>, one call at a time.
/// </summary>
public interface IJobPlace
{
    /// <summary>What the other jobs write.</summary>
    Task<IReadOnlyList<WrittenTopics>> Others();

    /// <summary>Remembers the record in place of the one before. Throws <see cref="IOException"/> when it cannot; then the one before is remembered.</summary>
    Task Save(JobRecord record);

    /// <summary>Remembers the job no longer.</summary>
    Task Forget();

    /// <summary>
    /// Has all slots run under this record; asking again changes nothing. Throws <see cref="IOException"/> when that cannot be
    /// at the moment, <see cref="Engine.JobFailed"/> or <see cref="InvalidDataException"/> when it cannot be until somebody mends it.
    /// </summary>
    Task Run(JobRecord record);

    /// <summary>Lets all slots go; completes when they have left.</summary>
    Task Stop(JobRecord record);

    /// <summary>The job is to be looked after again when so much time has passed.</summary>
    void LookAgainIn(TimeSpan pause);

    /// <summary>Tells people what becomes of the job.</summary>
    void Say(string line, JobLogLevel level);
}
