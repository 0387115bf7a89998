using System.CommandLine;
using Spectre.Console;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>savepoint</c> takes one, <c>savepoints</c> lists those that there are.</summary>
internal static class SavepointCommand
{
    public static Command Take() => Create(
        "savepoint", "Keeps a copy of a job's whole state, to start from later (restart --from); the job stops for it and goes on after", ChangeCommand.Patience, (remote, job, stop) =>
        {
            var taken = remote.Client.SavepointAsync(job, stop).GetAwaiter().GetResult();
            return () => Console.WriteLine(Told(taken));
        });

    public static Command List() => Create("savepoints", "Lists the savepoints of a job, oldest first", null, (remote, job, stop) =>
    {
        var savepoints = remote.Client.SavepointsAsync(job, stop).GetAwaiter().GetResult();
        return () =>
        {
            if (savepoints.Count == 0) Report.Notice($"job '{job}' has no savepoints; `streamgrains savepoint {job}` takes one");
            else Print(savepoints);
        };
    });

    /// <summary>One that was taken.</summary>
    public static string Told(Savepoint taken) =>
        $"savepoint {taken.Id} of job '{taken.Job}' is taken: {Figure.Bytes(taken.StateBytes)} of state, revision {Figure.Count(taken.Revision)}";

    private static Command Create(string name, string description, TimeSpan? patience, Func<RemoteServer, string, CancellationToken, Action> ask)
    {
        var server = new ServerOptions();
        var command = new Command(name, description) { server.Job };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed, patience);
            var print = ask(remote, parsed.GetValue(server.Job)!, stop.Token);
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
