namespace StreamGrains.Contracts.Control;

/// <summary>A job that somebody hands in. Handing in the same again changes nothing.</summary>
public sealed record JobSubmission
{
    /// <summary>The spec's text, YAML or JSON, at most 1 MiB. Its <c>job</c> is the job's name.</summary>
    public required string Spec { get; init; }

    /// <summary>Name of the spec in messages, such as <c>job.yaml</c>.</summary>
    public string File { get; init; } = "job.yaml";

    /// <summary>Overrides, <c>path=value</c> each, such as <c>commit.every=1s</c>; none by default.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>
    /// Whether a changed spec may drop state that the job has: of steps that it no longer has, or that now mean something else. False by default, and then such a spec is refused with what it
    /// would drop. It is for this submission only.
    /// </summary>
    public bool AllowStateLoss { get; init; }

    /// <summary>
    /// Partitions of source topics, <c>TOPIC[P]</c> each, whose records may be gone that the job has not read yet: it goes on without them, and the journal tells which. Without it such a slot stops
    /// and says so. It holds for this revision: hand the job in without it again once it runs.
    /// </summary>
    public IReadOnlyList<string> AcceptLoss { get; init; } = [];

    /// <summary>
    /// The model files that the spec names: content hash (SHA-256, lower-case hexadecimal) by the path that the spec writes. Upload the files first. A path that is not in here is
    /// read from the server's own disk, below its model directory.
    /// </summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();
}

/// <summary>What handing in a job came to.</summary>
public enum SubmitOutcome
{
    /// <summary>The job is new and starts.</summary>
    Created,

    /// <summary>The job runs this very spec already.</summary>
    Unchanged,

    /// <summary>The job was stopped and starts again with the same spec.</summary>
    Restarted,

    /// <summary>The job goes on with the new spec, from where the old one was.</summary>
    Upgraded,
}

/// <summary>The answer to a submission.</summary>
/// <param name="Job">Name of the job.</param>
/// <param name="Outcome">What happened.</param>
/// <param name="Revision">Number of the spec, from 1; it grows with every spec that differs from the one before.</param>
/// <param name="SpecHash">SHA-256 of spec, overrides and models, lower-case hexadecimal.</param>
/// <param name="Notes">What a person should know: what an upgrade does to state, say.</param>
public sealed record SubmitAnswer(string Job, SubmitOutcome Outcome, int Revision, string SpecHash, IReadOnlyList<string> Notes);
