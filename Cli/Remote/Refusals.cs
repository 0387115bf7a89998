using StreamGrains.Client;

namespace StreamGrains.Cli.Remote;

/// <summary>What a server's refusals are to the person who gave the command.</summary>
internal static class Refusals
{
    /// <summary>Says why, and gives the exit code.</summary>
    public static int Report(StreamGrainsException refusal)
    {
        var hint = refusal.Kind switch
        {
            ProblemKind.Unauthorized => $". Put the key into {RemoteServer.KeyVariable}, or name its file with --api-key-file",
            ProblemKind.Unreachable => ". Is the address right (--server), and the server up?",
            _ => "",
        };
        return Terminal.Report.Failure(refusal.Message + hint, refusal.Kind is ProblemKind.Unreachable or ProblemKind.Unavailable ? ExitCode.Unreachable : ExitCode.Failure);
    }
}
