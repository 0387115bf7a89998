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
        var dry = new Option<bool>("--dry-run") { Description = "Say what it would come to, and what would become of the job's state; nothing changes, and models stay here" };
        var acceptLoss = Shared.AcceptLoss();
        var server = new ServerOptions();
        var command = new Command("submit", "Hands a job to a server, with its models; the same job again changes nothing") { job, set, loss, acceptLoss, dry };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var (path, overrides) = (parsed.GetValue(job)!, parsed.GetValue(set) ?? []);
            var (allowed, accepted, trial) = (parsed.GetValue(loss), parsed.GetValue(acceptLoss) ?? [], parsed.GetValue(dry));
            var answer = Ask(path, () => trial
                ? remote.Client.DryRunFileAsync(path, JobFile.ModelsOf(path, overrides), overrides, allowed, accepted, stop.Token)
                : remote.Client.SubmitFileAsync(path, JobFile.ModelsOf(path, overrides), overrides, allowed, accepted, stop.Token));
            Console.WriteLine(server.Json(parsed) ? remote.LastAnswer : Told(answer, trial));
            return ExitCode.Ok;
        });
        return command;
    }

    private static SubmitAnswer Ask(string path, Func<Task<SubmitAnswer>> question)
    {
        try
        {
            return question().GetAwaiter().GetResult();
        }
        catch (StreamGrainsException refusal) when (refusal.Mistakes.Count > 0)
        {
            throw JobFile.Mistaken(path, refusal.Mistakes);
        }
    }

    private static string Told(SubmitAnswer answer, bool trial)
    {
        var outcome = (answer.Outcome, trial) switch
        {
            (SubmitOutcome.Created, false) => "is new and starts",
            (SubmitOutcome.Created, true) => "would be new and start",
            (SubmitOutcome.Unchanged, _) => "runs this very spec already",
            (SubmitOutcome.Restarted, false) => "was stopped and starts again",
            (SubmitOutcome.Restarted, true) => "is stopped and would start again",
            (_, false) => "goes on with the new spec",
            (_, true) => "would go on with the new spec",
        };
        return string.Join("\n  ", answer.Notes.Prepend($"job '{answer.Job}' {outcome}: revision {Figure.Count(answer.Revision)}"));
    }
}
