using Spectre.Console;

namespace StreamGrains.Cli.Terminal;

/// <summary>Messages for people, on the error output.</summary>
internal static class Report
{
    /// <summary>Says why the command ends, and gives its exit code back.</summary>
    public static int Failure(string message, int exitCode)
    {
        if (OutputPipe.CodeOf(exitCode) != ExitCode.ClosedPipe) Console.Error.WriteLine($"streamgrains: {message}");
        return exitCode;
    }

    /// <summary>Something to know and not to act on.</summary>
    public static void Notice(string message)
    {
        if (!OutputPipe.Closed) Console.Error.WriteLine($"streamgrains: {message}");
    }

    /// <summary>The same while figures are shown: above a live block, which would otherwise be drawn over it. Any thread.</summary>
    public static void NoticeAboveFigures(string message)
    {
        if (Screen.IsLive) AnsiConsole.WriteLine($"streamgrains: {message}");
        else Notice(message);
    }
}
