namespace StreamGrains.Contracts.Control;

/// <summary>A spec that a job was handed in with.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Revision">Its number, from 1.</param>
/// <param name="Submitted">When it was handed in.</param>
/// <param name="SpecHash">SHA-256 of spec, overrides and models, lower-case hexadecimal.</param>
/// <param name="Submission">What was handed in; handed in again, the job goes on with it as its next revision.</param>
public sealed record JobRevision(string Job, int Revision, DateTimeOffset Submitted, string SpecHash, JobSubmission Submission);

/// <summary>A revision in a list.</summary>
/// <param name="Revision">Its number, from 1.</param>
/// <param name="Submitted">When it was handed in.</param>
/// <param name="SpecHash">SHA-256 of spec, overrides and models, lower-case hexadecimal.</param>
public sealed record RevisionSummary(int Revision, DateTimeOffset Submitted, string SpecHash);
