using System.Diagnostics;

namespace StreamGrains.Chaos.Cluster;

/// <summary>Runs a program to its end with its output in a file: what it leaves running inherits the file, and nobody waits on a pipe.</summary>
internal static class Script
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Exit code and what was written.</summary>
    public static (int Code, string Output) Try(params IReadOnlyList<string> command)
    {
        var log = Path.GetTempFileName();
        try
        {
            using var process = Process.Start(new ProcessStartInfo("bash", ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", log, .. command]))!;
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                return (-1, $"no end after {Patience.TotalSeconds:0} s: {File.ReadAllText(log)}");
            }
            return (process.ExitCode, File.ReadAllText(log));
        }
        finally
        {
            File.Delete(log);
        }
    }

    /// <summary>Throws with what was written unless it succeeds.</summary>
    public static void Run(params IReadOnlyList<string> command)
    {
        if (Try(command) is (not 0 and var code, var output)) throw new InvalidOperationException($"{string.Join(' ', command)} ended with {code}: {output.Trim()}");
    }
}
