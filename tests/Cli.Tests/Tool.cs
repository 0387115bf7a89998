using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamGrains.Cli.Tests;

/// <summary>The built command as its user runs it: a process, its output, its exit code.</summary>
internal sealed partial class Tool : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly StringBuilder output = new(), errors = new();

    private static string Binary => Path.Combine(AppContext.BaseDirectory, "streamgrains");

    private Tool(string program, IEnumerable<string> arguments, string? directory, string? libraries = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        start.Environment["NO_COLOR"] = "1";
        if (libraries is not null) start.Environment["LD_LIBRARY_PATH"] = libraries;
        process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts the command and lets it run; disposing ends it.</summary>
    public static Tool Start(params IEnumerable<string> arguments) => new(Binary, arguments, null);

    /// <summary>The same with a file system of so many megabytes on a directory, which only the command sees.</summary>
    public static Tool StartOnSmallDisk(int megabytes, string directory, params IEnumerable<string> arguments) =>
        new("unshare", ["-rm", "bash", "-c", $"mount -t tmpfs -o size={megabytes}m tmpfs \"$0\" && exec \"$@\"", directory, Binary, .. arguments], null);

    /// <summary>Number of the process.</summary>
    public int Id => process.Id;

    /// <summary>Runs the command to its end on a terminal of 100 by 30, which util-linux's <c>script</c> makes.</summary>
    public static Result RunOnTerminal(params IEnumerable<string> arguments)
    {
        var command = string.Join(' ', arguments.Prepend(Binary).Select(a => $"'{a}'"));
        using var tool = new Tool("script", ["-qec", $"stty rows 30 cols 100; TERM=xterm {command}", "/dev/null"], null);
        return tool.Wait();
    }

    /// <summary>Runs the command with a reader that takes one line and goes; the exit code is the command's.</summary>
    public static Result RunForOneLine(params IEnumerable<string> arguments) => RunPiped("head -n 1", arguments);

    /// <summary>Runs the command with a reader that goes at once.</summary>
    public static Result RunWithoutReader(params IEnumerable<string> arguments) => RunPiped("true", arguments);

    private static Result RunPiped(string reader, IEnumerable<string> arguments)
    {
        var command = string.Join(' ', arguments.Prepend(Binary).Select(a => $"'{a}'"));
        using var tool = new Tool("bash", ["-c", $"{command} | {reader}; exit ${{PIPESTATUS[0]}}"], null);
        return tool.Wait();
    }

    /// <summary>Runs the command to its end.</summary>
    public static Result Run(params IEnumerable<string> arguments) => RunIn(null, arguments);

    /// <summary>Runs a copy of the command to its end on a system that has libraries of its own.</summary>
    public static Result RunCopy(string binary, string libraries, params IEnumerable<string> arguments)
    {
        using var tool = new Tool(binary, arguments, null, libraries);
        return tool.Wait();
    }

    /// <summary>Runs the command to its end in a directory.</summary>
    public static Result RunIn(string? directory, params IEnumerable<string> arguments)
    {
        using var tool = new Tool(Binary, arguments, directory);
        return tool.Wait();
    }

    /// <summary>Waits for the end.</summary>
    public Result Wait()
    {
        if (!process.WaitForExit(Longest)) throw new TimeoutException($"streamgrains {string.Join(' ', process.StartInfo.ArgumentList)} did not end");
        process.WaitForExit();   // until the streams have ended, too
        return new Result(process.ExitCode, Read(), errors.ToString());
    }

    /// <summary>Waits until it has written a text; returns all that it has written.</summary>
    public string WaitFor(string text)
    {
        Eventually.True(() => Read().Contains(text, StringComparison.Ordinal) || process.HasExited, Longest, () => $"'{text}' did not come: {Read()}");
        Assert.False(process.HasExited, $"it ended before '{text}': {Read()}{errors}");
        return Read();
    }

    /// <summary>Waits until it has written a text to the error output.</summary>
    public void WaitForMessage(string text) =>
        Eventually.True(() => Read(errors).Contains(text, StringComparison.Ordinal), Longest, () => $"'{text}' did not come: {Read(errors)}");

    private string Read() => Read(output);

    private static string Read(StringBuilder from)
    {
        lock (from) return from.ToString();
    }

    /// <summary>Sends what Ctrl-C sends.</summary>
    public void Interrupt() => Assert.Equal(0, Kill(process.Id, 2));

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private static void Append(StringBuilder to, string? line)
    {
        lock (to)
            if (line is not null) to.Append(line).Append('\n');
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    /// <summary>What a run gave.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors)
    {
        /// <summary>This, after checking that the run ended well.</summary>
        public Result Well()
        {
            Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Errors}{Output}");
            return this;
        }
    }
}
