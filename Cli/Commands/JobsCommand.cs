using System.CommandLine;
using Spectre.Console;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Commands;

/// <summary><c>jobs</c>: the jobs of a server.</summary>
internal static class JobsCommand
{
    public static Command Create()
    {
        var server = new ServerOptions();
        var command = new Command("jobs", "Lists the jobs of a server");
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var jobs = remote.Client.ListAsync(stop.Token).GetAwaiter().GetResult();
            if (server.Json(parsed))
            {
                Console.WriteLine(remote.LastAnswer);
                return ExitCode.Ok;
            }
            var table = Tables.WithColumns("JOB", "PHASE", ">REVISION", ">SLOTS", "PROBLEM");
            foreach (var j in jobs)
                table.AddRow(j.Job.EscapeMarkup(), StatusPage.Phase(j.Phase), Figure.Count(j.Revision), $"{Figure.Count(j.Running)}/{Figure.Count(j.Slots)}", (j.Problem ?? "-").EscapeMarkup());
            if (jobs.Count == 0) Report.Notice($"the server at {remote.Address.GetLeftPart(UriPartial.Authority)} has no jobs; `streamgrains submit JOB.yaml` hands one in");
            else Tables.Print(table);
            return ExitCode.Ok;
        });
        return command;
    }
}
