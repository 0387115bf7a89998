using System.Diagnostics;

namespace StreamGrains.Deploy.Tests;

/// <summary>Programs that the tests run: those of ../shared/tools, else those on the PATH.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>What a program printed, and whether it succeeded.</summary>
    public sealed record Outcome(bool Succeeded, string Output, string Errors);

    public static string? Find(string program) => Programs.Find(program, before: Path.GetFullPath(Path.Combine(Repository.Root, "../shared/tools")));

    public static Outcome Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? throw new InvalidOperationException($"{program} is not there"), arguments)
        {
            WorkingDirectory = Repository.Root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (process.WaitForExit(Limit)) return new Outcome(process.ExitCode == 0, output.Result, errors.Result);
        process.Kill(entireProcessTree: true);
        throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit}");
    }

    /// <summary>Why a test cannot run, or null: the first of these programs that is missing.</summary>
    public static string? Missing(string[] programs) =>
        programs.FirstOrDefault(program => Find(program) is null) is { } missing ? $"{missing} is neither in ../shared/tools nor on the PATH" : null;
}

/// <summary>A test that needs programs; without them the test is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] programs) => Skip = Tool.Missing(programs);
}

/// <summary>The same for a test with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(params string[] programs) => Skip = Tool.Missing(programs);
}
