using System.Globalization;
using StreamGrains.Chaos.Check;
using StreamGrains.Chaos.Cluster;
using StreamGrains.Chaos.Faults;
using StreamGrains.Chaos.Ledger;
using StreamGrains.Chaos.Workers;

namespace StreamGrains.Chaos;

/// <summary>
/// A whole run: brokers, ledger, workers and checker are started, faults happen one after the other while the ledger goes on, then everything is read to its end.
/// Owner: the caller's thread.
/// </summary>
internal sealed class ChaosRun : IDisposable
{
    private const int DataMegabytes = 256;
    private const int BehindSeconds = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly ChaosOptions options;
    private readonly Action<string> tell;
    private readonly CancellationToken stop;
    private readonly string directory = Directory.CreateTempSubdirectory("streamgrains-chaos-").FullName;
    private readonly Stack<IDisposable> opened = new();
    private readonly Tally tally = new();
    private readonly List<string> skipped = [];

    public ChaosRun(ChaosOptions options, Action<string> tell, CancellationToken stop)
    {
        (this.options, this.tell, this.stop) = (options, tell, stop);
    }

    /// <summary>Runs, and says what came of it. Throws when the run itself cannot be, and <see cref="OperationCanceledException"/> when it is stopped.</summary>
    public ChaosReport Run()
    {
        var started = DateTime.UtcNow;
        tell($"seed {options.Seed}, in {directory}");
        var data = Open(new DataDirectory(Path.Combine(directory, "state"), DataMegabytes));
        var interceptor = new Interceptor();
        var brokers = Open(new BrokerCluster(Path.Combine(directory, "kafka"), options.Brokers, interceptor));
        var admin = Open(new ClusterAdmin(brokers.Bootstrap));
        admin.CreateTopics();
        var workers = Open(new WorkerSet(new WorkerCommand(Arguments("job.yaml", brokers, data), options.Members), directory, tally));
        var ledger = Open(new LedgerProducer(brokers.Bootstrap, Topics.Ledger, Topics.Partitions, options.Rate));
        workers.Replenish();
        admin.WaitForTopic(Topics.Journal, Patience, stop);
        var checker = Open(new Checker(brokers.Bootstrap, tally));
        checker.Start();
        ledger.Start();
        Open(new Trimmer(admin, checker));
        var world = new ChaosWorld(brokers, admin, workers, checker, interceptor, data, tally, stop);
        var progress = Open(new Progress(ledger, checker, tally, tell));

        var injected = HaveFaults(world, ledger, progress);

        workers.Replenish();
        progress.Dispose();
        ledger.Finish(Patience);
        tell($"{Text(ledger.Written)} events written in {ledger.Seconds:0} s; reading to the end");
        workers.Stop([.. workers.Serving]);
        var last = workers.StartAlone("--until-end");
        if (!world.WaitFor(() => last.HasExited, Patience) || !last.WaitForEnd(Patience) || last.ExitCode != 0)
            tally.Fail($"the last worker did not come to the end: {(last.HasExited ? $"code {last.ExitCode}, {last.LastMessage}" : "it still runs")}");
        if (!checker.ReadToEnd(Patience)) tally.Fail("the checker did not come to the end");
        if (checker.Input.Count != ledger.Written) tally.Fail($"the ledger's topic has {Text(checker.Input.Count)} of {Text(ledger.Written)} events");
        checker.CountLost(ledger.Written);
        return new ChaosReport(options, started, tally, ledger.Written, ledger.Written / ledger.Seconds, checker.Results, injected, checker.Clock.Faults, skipped);
    }

    public void Dispose()
    {
        while (opened.TryPop(out var resource)) resource.Dispose();
        if (!options.Keep && Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }

    private List<string> HaveFaults(ChaosWorld world, LedgerProducer ledger, Progress progress)
    {
        var injected = new List<string>();
        // The first results, before anything goes wrong.
        world.AwaitRecovery(world.Begin(ChaosReport.Start));
        var end = DateTime.UtcNow + TimeSpan.FromMinutes(options.Minutes);
        foreach (var planned in Schedule.Of(options.Seed, directory).Where(f => options.Wants(f.Fault.Kind)))
        {
            if (DateTime.UtcNow >= end || injected.Count >= options.Faults) break;
            if (planned.Fault.Impossible(world) is { } why)
            {
                var line = $"{planned.Fault.Kind}: {why}";
                if (!skipped.Contains(line)) skipped.Add(line);
                continue;
            }
            world.Pause(planned.After);
            // A job that is far behind is left alone until it has caught up, so that a fault is one fault.
            bool CaughtUp()
            {
                world.Workers.Replenish();
                return ledger.Acknowledged - world.Checker.Through < BehindSeconds * options.Rate;
            }
            if (!world.WaitFor(CaughtUp, Patience)) tally.Fail($"the job does not catch up with the ledger: {progress.Line()}");
            tell($"{progress.Line()}");
            planned.Fault.Happen(world, new Random(planned.Seed));
            injected.Add(planned.Fault.Kind);
            var times = world.Checker.Clock.Faults.Where(f => f.Kind == planned.Fault.Kind).LastOrDefault();
            tell($"  {planned.Fault.Kind}: new results after {Seconds(times?.First)}, of all slots after {Seconds(times?.All)}");
            world.Workers.Replenish();
            if (ledger.Failure is { } broken) throw new InvalidOperationException($"the ledger is broken: {broken}");
        }
        return injected;
    }

    /// <summary>What a worker is started with.</summary>
    internal static string[] Arguments(string job, BrokerCluster brokers, DataDirectory data) =>
    [
        "run", Path.Combine(AppContext.BaseDirectory, job), "--bootstrap", brokers.ProxiedBootstrap, "--data-dir", data.Path,
        "--kafka", $"transaction.timeout.ms={ChaosWorld.TransactionTimeout.TotalMilliseconds:0}",
        "--kafka", "socket.timeout.ms=9000",
        "--kafka", "compression.type=lz4",
    ];

    private T Open<T>(T resource) where T : IDisposable
    {
        opened.Push(resource);
        return resource;
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture).Replace(',', ' ');

    private static string Seconds(long? ms) => ms is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / 1000.0:0.0} s") : "never";
}
