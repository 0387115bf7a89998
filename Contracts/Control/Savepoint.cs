namespace StreamGrains.Contracts.Control;

/// <summary>A kept state of a whole job, from which it can be started again.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Id">Name of the savepoint, unique in the job.</param>
/// <param name="At">When it was taken.</param>
/// <param name="Revision">Number of the spec that ran.</param>
/// <param name="StateBytes">Bytes of state in it.</param>
public sealed record Savepoint(string Job, string Id, DateTimeOffset At, int Revision, long StateBytes);

/// <summary>A savepoint that is not there any more.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Id">Name that it had.</param>
public sealed record RemovedSavepoint(string Job, string Id);
