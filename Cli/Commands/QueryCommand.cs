using System.CommandLine;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>query</c>: what a job keeps for a key.</summary>
internal static class QueryCommand
{
    public static Command Create()
    {
        var server = new ServerOptions();
        var key = new Option<string>("--key", "-k") { Description = "The key, as it is in the records; of a step behind a re-key, the key there", HelpName = "K", Required = true };
        var command = new Command("query", "Shows what a running job keeps for a key at the moment: rolling features and open windows, committed or not") { server.Job, key };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var (job, asked) = (parsed.GetValue(server.Job)!, parsed.GetValue(key)!);
            var answer = remote.Client.QueryAsync(job, asked, stop.Token).GetAwaiter().GetResult();
            switch (answer.Outcome)
            {
                case QueryOutcome.Moving:
                    return Report.Failure(
                        $"a slot of job '{job}' that may hold key '{asked}' starts, restarts or moves, and until it is there nobody can say what it keeps: ask again in a few seconds; `streamgrains status {job}` shows the slots",
                        ExitCode.Unreachable);
                case QueryOutcome.UnknownKey:
                    return Report.Failure($"job '{job}' keeps nothing for key '{asked}'", ExitCode.Failure);
                default:
                    if (server.Json(parsed)) Console.WriteLine(remote.LastAnswer);
                    else Tables.Print(KeyStates.Of(answer));
                    if (answer.Partial) Report.Notice($"there may be more: another slot that may hold key '{asked}' did not answer. Ask again in a few seconds");
                    return ExitCode.Ok;
            }
        });
        return command;
    }
}
