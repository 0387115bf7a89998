using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>logs</c>: what a job said.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        var server = new ServerOptions();
        var job = server.Job;
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what the job says from now on, until Ctrl-C; with --output json a line each" };
        var most = new Option<int>("--most", "-n") { Description = "The newest so many lines of each process, at most 1000", HelpName = "N", DefaultValueFactory = _ => 200 };
        most.Validators.Add(r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<int>() is < 1 or > 1000) r.AddError("--most is from 1 to 1000"); });
        var command = new Command("logs", "Prints what a job said lately") { job, follow, most };
        command.Validators.Add(r =>
        {
            if (r.GetValue(follow) && r.GetResult(most) is { Implicit: false }) r.AddError("--most does not go with --follow, which begins with all lines that there are");
        });
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var (name, json) = (parsed.GetValue(job)!, server.Json(parsed));
            if (parsed.GetValue(follow))
            {
                Follow(remote, name, json, stop.Token).GetAwaiter().GetResult();
                return ExitCode.Ok;
            }
            var lines = remote.Client.LogAsync(name, most: parsed.GetValue(most), cancel: stop.Token).GetAwaiter().GetResult();
            if (json) Console.WriteLine(remote.LastAnswer);
            else
                foreach (var line in lines) Console.WriteLine(Text(line));
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task Follow(RemoteServer remote, string job, bool json, CancellationToken stop)
    {
        try
        {
            await foreach (var line in remote.Client.FollowLogAsync(job, cancel: stop)) Console.WriteLine(json ? JsonSerializer.Serialize(line, ControlJson.Options) : Text(line));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked for: that is how following ends.
        }
    }

    private static string Text(JobLogLine line) => $"{line.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)}  {line.Owner}  {(line.Level == JobLogLevel.Warning ? "warning: " : "")}{line.Text}";
}
