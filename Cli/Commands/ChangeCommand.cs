using System.CommandLine;
using StreamGrains.Cli.Remote;
using StreamGrains.Cli.Terminal;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Commands;

/// <summary><c>stop</c>, <c>start</c> and <c>remove</c>: one request about one job.</summary>
internal static class ChangeCommand
{
    public static Command Stop() => Create(
        "stop", "Stops a job cleanly: what it took is committed, with a last snapshot; it stays stopped until it is started",
        async (client, job, stop) => Told(await client.StopAsync(job, stop)));

    public static Command Start() => Create("start", "Starts a stopped job again, from where it was", async (client, job, stop) => Told(await client.StartAsync(job, stop)));

    public static Command Remove() => Create(
        "remove", "Takes a stopped job off the server's list; its topics and snapshots stay, and the same job handed in again goes on from them",
        async (client, job, stop) => $"job '{(await client.RemoveAsync(job, stop)).Job}' is off the list");

    private static Command Create(string name, string description, Func<StreamGrainsClient, string, CancellationToken, Task<string>> change)
    {
        var server = new ServerOptions();
        var job = server.Job();
        var command = new Command(name, description) { job };
        foreach (var option in server.All) command.Add(option);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            using var remote = server.Connect(parsed);
            var told = change(remote.Client, parsed.GetValue(job)!, stop.Token).GetAwaiter().GetResult();
            Console.WriteLine(server.Json(parsed) ? remote.LastAnswer : told);
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Told(JobStatus status) => $"job '{status.Job}' is {status.Phase.ToString().ToLowerInvariant()}";
}
