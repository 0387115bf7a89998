namespace StreamGrains.Contracts.Control;

/// <summary>How much a line matters.</summary>
public enum JobLogLevel
{
    /// <summary>To know.</summary>
    Info,

    /// <summary>To look at: something does not get on, and is tried again.</summary>
    Warning,
}

/// <summary>One line that a job said.</summary>
/// <param name="Number">Grows from line to line of one process; not without gaps.</param>
/// <param name="At">When.</param>
/// <param name="Owner">Process that said it.</param>
/// <param name="Text">What it said.</param>
public sealed record JobLogLine(long Number, DateTimeOffset At, string Owner, string Text)
{
    /// <summary>How much it matters.</summary>
    public JobLogLevel Level { get; init; }
}

/// <summary>A model of a job.</summary>
/// <param name="Path">Path as the spec writes it.</param>
/// <param name="Sha256">Hash of the file that is in use, lower-case hexadecimal; null for a file on the server's own disk.</param>
public sealed record JobModel(string Path, string? Sha256);

/// <summary>A model file that the server has.</summary>
/// <param name="Sha256">Hash of its content, lower-case hexadecimal.</param>
public sealed record UploadedModel(string Sha256);

/// <summary>A model file that was uploaded, and what uses it.</summary>
/// <param name="Sha256">Hash of its content, lower-case hexadecimal.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Jobs">Jobs that were handed in with it, running or not.</param>
public sealed record StoredModel(string Sha256, long Bytes, IReadOnlyList<string> Jobs);
