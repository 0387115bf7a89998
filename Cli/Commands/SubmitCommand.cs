using System.CommandLine;
using StreamGrains.Cli.Jobs;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>submit</c>: hands a job to a server, with its models.</summary>
internal static class SubmitCommand
{
    public static Command Create()
    {
        var job = Shared.Job();
        var set = Shared.Set();
        var loss = new Option<bool>("--allow-state-loss") { Description = "Let a changed spec drop state of steps that it no longer has, or that now mean something else" };
        var server = new ServerOptions();
        var command = new Command("submit", "Hands a job to a server, with its models; the same job again changes nothing") { job, set, loss };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var (path, overrides) = (parsed.GetValue(job)!, parsed.GetValue(set) ?? []);
            var answer = Submit(remote, path, overrides, parsed.GetValue(loss), stop.Token);
            Console.WriteLine(server.Json(parsed) ? remote.LastAnswer : Told(answer));
            return ExitCode.Ok;
        });
        return command;
    }

    private static SubmitAnswer Submit(RemoteServer remote, string path, string[] overrides, bool allowStateLoss, CancellationToken stop)
    {
        try
        {
            return remote.Client.SubmitFileAsync(path, JobFile.ModelsOf(path, overrides), overrides, allowStateLoss, stop).GetAwaiter().GetResult();
        }
        catch (StreamGrainsException refusal) when (refusal.Mistakes.Count > 0)
        {
            throw JobFile.Mistaken(path, refusal.Mistakes);
        }
    }

    private static string Told(SubmitAnswer answer)
    {
        var outcome = answer.Outcome switch
        {
            SubmitOutcome.Created => "is new and starts",
            SubmitOutcome.Unchanged => "runs this very spec already",
            SubmitOutcome.Restarted => "was stopped and starts again",
            _ => "goes on with the new spec",
        };
        return string.Join("\n  ", answer.Notes.Prepend($"job '{answer.Job}' {outcome}: revision {Figure.Count(answer.Revision)}"));
    }
}
