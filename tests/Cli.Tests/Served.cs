using System.Text.RegularExpressions;

namespace StreamGrains.Cli.Tests;

/// <summary>A `serve` process, and commands that are given to it.</summary>
internal sealed partial class Served : IDisposable
{
    private readonly Tool tool;

    public Served(string bootstrap, string data, params string[] more)
        : this(Tool.Start(Command(bootstrap, data, more)))
    {
    }

    private Served(Tool tool)
    {
        this.tool = tool;
        Address = Listening().Match(tool.WaitFor("; Kafka at")).Groups[1].Value;
    }

    public string Address { get; }

    /// <summary>A server whose data directory is a file system of so many megabytes, which only it sees.</summary>
    public static Served OnSmallDisk(int megabytes, string bootstrap, string data) => new(Tool.StartOnSmallDisk(megabytes, data, Command(bootstrap, data)));

    /// <summary>Where this process finds a file that the server has under this path.</summary>
    public string PathOf(string path) => $"/proc/{tool.Id}/root{path}";

    /// <summary>Runs a command against it.</summary>
    public Tool.Result Run(params IEnumerable<string> arguments) => Tool.Run([.. arguments, "--server", Address]);

    /// <summary>Runs a command again and again until its output fits.</summary>
    public string Until(Func<string, bool> fits, params string[] arguments)
    {
        var last = "";
        Eventually.True(() => fits(last = Run(arguments).Output), TimeSpan.FromMinutes(2), () => $"it did not come to this: {last}");
        return last;
    }

    /// <summary>kill -9.</summary>
    public void Kill() => tool.Kill();

    /// <summary>What Ctrl-C does.</summary>
    public Tool.Result Stop()
    {
        tool.Interrupt();
        return tool.Wait();
    }

    public void Dispose() => tool.Dispose();

    private static string[] Command(string bootstrap, string data, params string[] more) =>
        ["serve", "--bootstrap", bootstrap, "--url", "http://127.0.0.1:0", "--data-dir", data, "--lanes", "2", .. more];

    [GeneratedRegex("serving at (http://[0-9.:]+)")]
    private static partial Regex Listening();
}
