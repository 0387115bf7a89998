using StreamGrains.Cli.Terminal;
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
        return Terminal.Report.Failure(refusal.Message + hint, CodeOf(refusal));
    }

    /// <summary>The second half of a change: a refusal says also what the first half has done.</summary>
    public static async Task<T> After<T>(string done, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StreamGrainsException refusal)
        {
            throw new CommandFailed(CodeOf(refusal), $"{done}: {refusal.Message}", refusal);
        }
    }

    private static int CodeOf(StreamGrainsException refusal) => refusal.Kind is ProblemKind.Unreachable or ProblemKind.Unavailable ? ExitCode.Unreachable : ExitCode.Failure;
}
