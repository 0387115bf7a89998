namespace StreamGrains.Cli.Terminal;

/// <summary>What the process tells its caller; <c>--help</c> and docs/cli.md list them.</summary>
internal static class ExitCode
{
    public const int Ok = 0, Failure = 1, Spec = 2, Fenced = 3, Unreachable = 4, Stopped = 5, Usage = 64, ClosedPipe = 141;

    /// <summary>The same in words.</summary>
    public static readonly (int Code, string Meaning)[] All =
    [
        (Ok, "done, or stopped cleanly"),
        (Failure, "failed: the message says why"),
        (Spec, "the job spec has mistakes"),
        (Fenced, "another process runs this job"),
        (Unreachable, "Kafka, or the server, does not answer, or not at the moment"),
        (Stopped, "stopped before the end that was asked for, or before everything taken was committed; what was committed is kept"),
        (Usage, "the command line has mistakes"),
        (ClosedPipe, "stopped cleanly, because nobody reads the output any more"),
    ];
}
