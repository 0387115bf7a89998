using System.CommandLine;
using Spectre.Console;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>savepoint</c> takes one, <c>savepoints</c> lists those that there are, <c>remove-savepoint</c> removes them.</summary>
internal static class SavepointCommand
{
    public static Command Take()
    {
        var keep = Keep("Remove older savepoints of the job then, but for the newest so many (admins only) [default: all are kept]");
        return Create(
            "savepoint", "Keeps a copy of a job's whole state, to start from later (restart --from); the job stops for it and goes on after", ChangeCommand.Patience,
            (remote, job, parsed, stop) =>
            {
                var taken = remote.Client.SavepointAsync(job, stop).GetAwaiter().GetResult();
                if (parsed.GetValue(keep) is not { } newest) return () => Console.WriteLine(Told(taken));
                // With JSON the answer is the savepoint that was asked for.
                var answer = remote.LastAnswer;
                var removed = Refusals.After($"{Told(taken)}, and no older one is removed", () => remote.Client.KeepSavepointsAsync(job, newest, stop)).GetAwaiter().GetResult();
                remote.LastAnswer = answer;
                return () => Console.WriteLine($"{Told(taken)}\n{Told(job, removed)}");
            },
            _ => [keep]);
    }

    public static Command Remove()
    {
        var keep = Keep("Instead of one, remove all but the newest so many");
        Argument<string?>? savepoint = null;
        var command = Create(
            "remove-savepoint", "Removes a savepoint of a job, or the oldest ones; not the one that the job is about to begin from", ChangeCommand.Patience,
            (remote, job, parsed, stop) =>
            {
                var removed = parsed.GetValue(keep) is { } newest
                    ? remote.Client.KeepSavepointsAsync(job, newest, stop).GetAwaiter().GetResult()
                    : [remote.Client.RemoveSavepointAsync(job, parsed.GetValue(savepoint!)!, stop).GetAwaiter().GetResult()];
                return () => Console.WriteLine(Told(job, removed));
            },
            server => [savepoint = server.Savepoint(), keep]);
        command.Validators.Add(r =>
        {
            if (r.GetResult(savepoint!) is { Tokens.Count: > 0 } == r.GetResult(keep) is not null) r.AddError("either SAVEPOINT says which savepoint goes, or --keep how many of the newest stay");
        });
        return command;
    }

    public static Command List() => Create("savepoints", "Lists the savepoints of a job, oldest first", null, (remote, job, _, stop) =>
    {
        var savepoints = remote.Client.SavepointsAsync(job, stop).GetAwaiter().GetResult();
        return () =>
        {
            if (savepoints.Count == 0) Report.Notice($"job '{job}' has no savepoints; `streamgrains savepoint {job}` takes one");
            else Print(savepoints);
        };
    }, _ => []);

    /// <summary>One that was taken.</summary>
    public static string Told(Savepoint taken) =>
        $"savepoint {taken.Id} of job '{taken.Job}' is taken: {Figure.Bytes(taken.StateBytes)} of state, revision {Figure.Count(taken.Revision)}";

    private static string Told(string job, IReadOnlyList<RemovedSavepoint> removed) =>
        removed.Count == 0 ? $"job '{job}' has no older savepoint to remove" : string.Join('\n', removed.Select(r => $"savepoint {r.Id} of job '{r.Job}' is removed"));

    private static Option<int?> Keep(string description) => new("--keep")
    {
        Description = description,
        HelpName = "N",
        Validators = { r => { if (r.Tokens.Count > 0 && r.GetValueOrDefault<int?>() is < 1) r.AddError("--keep is at least 1"); } },
    };

    private static Command Create(
        string name, string description, TimeSpan? patience, Func<RemoteServer, string, ParseResult, CancellationToken, Action> ask, Func<ServerOptions, IReadOnlyList<Symbol>> more)
    {
        var server = new ServerOptions();
        var command = new Command(name, description) { server.Job };
        foreach (var symbol in more(server))
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed, patience);
            var print = ask(remote, parsed.GetValue(server.Job)!, parsed, stop.Token);
            if (server.Json(parsed)) Console.WriteLine(remote.LastAnswer);
            else print();
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(IReadOnlyList<Savepoint> savepoints)
    {
        var table = Tables.WithColumns("SAVEPOINT", "TAKEN", ">REVISION", ">STATE");
        foreach (var s in savepoints) table.AddRow(s.Id.EscapeMarkup(), Tables.Time(s.At), Figure.Count(s.Revision), Figure.Bytes(s.StateBytes));
        Tables.Print(table);
    }
}
