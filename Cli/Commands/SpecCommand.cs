using System.CommandLine;
using Spectre.Console;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>spec</c> prints what a job was handed in with, or what differs from before; <c>revisions</c> lists what is kept of it.</summary>
internal static class SpecCommand
{
    public static Command Print()
    {
        var server = new ServerOptions();
        var revision = Number("--revision", "The spec of this revision [default: what the job runs]");
        var diff = new Option<bool>("--diff") { Description = "What differs from the revision before, with overrides and models" };
        var from = Number("--from", "With --diff, the revision to compare with [default: the one before]");
        var command = new Command("spec", "Prints the spec that a job was handed in with, or what has changed in it") { server.Job, revision, diff, from };
        command.Validators.Add(r =>
        {
            if (r.GetResult(from) is not null && !r.GetValue(diff)) r.AddError("--from goes with --diff");
        });
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var job = parsed.GetValue(server.Job)!;
            var shown = Find(remote.Client, job, parsed.GetValue(revision), stop.Token);
            if (parsed.GetValue(diff) && server.Json(parsed)) throw new CommandFailed(ExitCode.Usage, "--diff is text: `--revision N --output json` gives each of the two");
            if (parsed.GetValue(diff)) PrintDiff(Find(remote.Client, job, parsed.GetValue(from) ?? shown.Revision - 1, stop.Token), shown);
            else if (server.Json(parsed)) Console.WriteLine(remote.LastAnswer);
            else Console.WriteLine(shown.Submission.Spec.TrimEnd('\n'));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command List()
    {
        var server = new ServerOptions();
        var command = new Command("revisions", "Lists the specs that a job was handed in with, oldest first: the newest and the last few before it") { server.Job };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var revisions = remote.Client.RevisionsAsync(parsed.GetValue(server.Job)!, stop.Token).GetAwaiter().GetResult();
            if (server.Json(parsed))
            {
                Console.WriteLine(remote.LastAnswer);
                return ExitCode.Ok;
            }
            var table = Tables.WithColumns(">REVISION", "SUBMITTED", "HASH");
            foreach (var r in revisions) table.AddRow(Figure.Count(r.Revision), Tables.Time(r.Submitted), r.SpecHash);
            Tables.Print(table);
            return ExitCode.Ok;
        });
        return command;
    }

    private static JobRevision Find(StreamGrainsClient client, string job, int? number, CancellationToken stop) =>
        (number is { } n ? client.RevisionAsync(job, n, stop) : client.SpecAsync(job, stop)).GetAwaiter().GetResult();

    private static void PrintDiff(JobRevision before, JobRevision after)
    {
        var lines = LineDiff.Of(Lines(before.Submission), Lines(after.Submission));
        if (lines.Count == 0)
        {
            Report.Notice($"revisions {Figure.Count(before.Revision)} and {Figure.Count(after.Revision)} of job '{after.Job}' are the same");
            return;
        }
        Console.WriteLine($"--- revision {Figure.Count(before.Revision)} of {Tables.Time(before.Submitted)}");
        Console.WriteLine($"+++ revision {Figure.Count(after.Revision)} of {Tables.Time(after.Submitted)}");
        foreach (var line in lines) Console.WriteLine(line);
    }

    /// <summary>All that makes a revision another one; what is no line of the spec reads as a comment of it.</summary>
    private static List<string> Lines(JobSubmission submission) =>
    [
        .. submission.Spec.TrimEnd('\n').Split('\n').Select(l => l.TrimEnd('\r')),
        .. submission.Set.Select(s => $"# --set {s}"),
        .. submission.Models.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"# model {m.Key}: {m.Value}"),
    ];

    private static Option<int?> Number(string name, string description) => new(name) { Description = description, HelpName = "N" };
}
