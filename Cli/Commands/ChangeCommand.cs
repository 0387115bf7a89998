using System.CommandLine;
using System.Globalization;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>stop</c>, <c>start</c>, <c>restart</c>, <c>scale</c> and <c>remove</c>: what changes a job on its server.</summary>
internal static class ChangeCommand
{
    private const string Latest = "latest";

    /// <summary>A job with much state takes its time to stop, to be copied and to begin again; a server that is not there is noticed while connecting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public static Command Stop()
    {
        var savepoint = new Option<bool>("--savepoint") { Description = "Take a savepoint of it, too; when none can be taken, the job goes on as it was" };
        return Create(
            "stop", "Stops a job cleanly: what it took is committed, with a last snapshot; it stays stopped until it is started",
            async change => change.Parsed.GetValue(savepoint)
                ? $"job '{change.Job}' is stopped\n{SavepointCommand.Told(await change.Client.StopWithSavepointAsync(change.Job, change.Cancel))}"
                : Told(await change.Client.StopAsync(change.Job, change.Cancel)),
            _ => [savepoint]);
    }

    public static Command Start() => Create(
        "start", "Starts a stopped job again, from where it was", async change => Told(await change.Client.StartAsync(change.Job, change.Cancel)), _ => []);

    public static Command Restart()
    {
        var from = new Option<string>("--from")
        {
            Description = "A savepoint to begin from, or latest for the newest: what the job wrote since then is written again [default: from where it stops]",
            HelpName = $"SAVEPOINT|{Latest}",
        };
        from.CompletionSources.Add(Latest);
        return Create(
            "restart", "Stops a job and starts it again, from where it was or from a savepoint",
            change => change.Parsed.GetValue(from) is { } savepoint ? BeginFrom(change, savepoint) : StopAndStart(change),
            server =>
            {
                server.CompleteSavepoints(from);
                return [from];
            });
    }

    public static Command Scale()
    {
        var slots = new Argument<int>("SLOTS")
        {
            Description = "Slots that it is to have, 1 to 1024; more than its source has partitions would have nothing to do",
            CustomParser = r =>
            {
                if (r.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= 1024) return n;
                r.AddError("SLOTS is a number from 1 to 1024");
                return 0;
            },
        };
        return Create(
            "scale", "Gives a job another number of slots, with all of its state; then it runs",
            async change =>
            {
                var status = await change.Client.ScaleAsync(change.Job, change.Parsed.GetValue(slots), change.Cancel);
                return $"job '{status.Job}' has {Figure.Of(status.Slots.Count, "slot")} and is {Phase(status)}";
            },
            _ => [slots]);
    }

    public static Command Remove() => Create(
        "remove", "Takes a stopped job off the server's list; its topics and snapshots stay, and the same job handed in again goes on from them",
        async change => $"job '{(await change.Client.RemoveAsync(change.Job, change.Cancel)).Job}' is off the list", _ => []);

    private static async Task<string> StopAndStart(Change change)
    {
        await change.Client.StopAsync(change.Job, change.Cancel);
        // Nobody who restarts a job wants it to rest, whatever happens to the command in between.
        return Told(await Refusals.After($"job '{change.Job}' is stopped and does not start", () => change.Client.StartAsync(change.Job, CancellationToken.None)));
    }

    private static async Task<string> BeginFrom(Change change, string savepoint)
    {
        if (savepoint == Latest)
            savepoint = (await change.Client.SavepointsAsync(change.Job, change.Cancel)) is [.., var newest]
                ? newest.Id
                : throw new CommandFailed(ExitCode.Failure, $"job '{change.Job}' has no savepoint; `streamgrains savepoint {change.Job}` takes one");
        var status = await change.Client.StartFromAsync(change.Job, savepoint, change.Cancel);
        return $"job '{status.Job}' begins from savepoint {savepoint} and is {Phase(status)}: what it wrote since then is written again";
    }

    private static Command Create(string name, string description, Func<Change, Task<string>> change, Func<ServerOptions, IReadOnlyList<Symbol>> more)
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
            using var remote = server.Connect(parsed, Patience);
            var told = change(new Change(remote.Client, parsed.GetValue(server.Job)!, parsed, stop.Token)).GetAwaiter().GetResult();
            Console.WriteLine(server.Json(parsed) ? remote.LastAnswer : told);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Told(JobStatus status) => $"job '{status.Job}' is {Phase(status)}";

    private static string Phase(JobStatus status) => status.Phase.ToString().ToLowerInvariant() + (status.Problem is { } problem ? $" ({problem})" : "");

    /// <summary>What is to be changed.</summary>
    private sealed record Change(StreamGrainsClient Client, string Job, ParseResult Parsed, CancellationToken Cancel);
}
