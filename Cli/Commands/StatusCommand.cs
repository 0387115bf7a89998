using System.CommandLine;
using Spectre.Console;
using Spectre.Console.Rendering;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>status</c>: everything about a job, once or again and again.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    public static Command Create()
    {
        var server = new ServerOptions();
        var job = server.Job;
        var watch = new Option<bool>("--watch", "-w")
        {
            Description = "Show it again every second, until Ctrl-C: a page on a terminal, elsewhere (and with --output json) one after the other",
        };
        var command = new Command("status", "Shows a job: its slots with owners and failures, its partitions with lag, watermark and rates") { job, watch };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var (name, json) = (parsed.GetValue(job)!, server.Json(parsed));
            if (!parsed.GetValue(watch)) Print(remote, Ask(remote, name, stop.Token), json);
            else if (!json && Screen.IsLive) Live(remote, name, stop.Token);
            else Repeat(remote, name, json, stop.Token);
            return ExitCode.Ok;
        });
        return command;
    }

    private static JobStatus Ask(RemoteServer remote, string job, CancellationToken stop) => remote.Client.StatusAsync(job, stop).GetAwaiter().GetResult();

    private static void Print(RemoteServer remote, JobStatus status, bool json)
    {
        if (json) Console.WriteLine(remote.LastAnswer);
        else Tables.Print(StatusPage.Of(status, Console.IsOutputRedirected ? int.MaxValue : AnsiConsole.Profile.Width));
    }

    private static void Repeat(RemoteServer remote, string job, bool json, CancellationToken stop)
    {
        try
        {
            do Print(remote, Ask(remote, job, stop), json);
            while (!stop.WaitHandle.WaitOne(Every));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked for: that is how watching ends.
        }
    }

    /// <summary>A server that is away for a while is waited for, with the last page in view.</summary>
    private static void Live(RemoteServer remote, string job, CancellationToken stop)
    {
        var status = Ask(remote, job, stop);
        AnsiConsole.Live(Page(status, null)).Overflow(VerticalOverflow.Crop).Start(context =>
        {
            while (!stop.WaitHandle.WaitOne(Every))
            {
                string? problem = null;
                try
                {
                    status = Ask(remote, job, stop);
                }
                catch (StreamGrainsException away) when (away.Kind is ProblemKind.Unreachable or ProblemKind.Unavailable)
                {
                    problem = away.Message;
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    break;
                }
                context.UpdateTarget(Page(status, problem));
            }
        });
    }

    private static Rows Page(JobStatus status, string? problem) => new(
        StatusPage.Of(status, AnsiConsole.Profile.Width, Console.WindowHeight),
        (IRenderable)new Markup(problem is null ? "[grey]Ctrl-C ends it[/]" : $"[red]{problem.EscapeMarkup()}[/] [grey]the page is as of before[/]"));
}
