using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using StreamGrains.Chaos.Check;
using StreamGrains.Chaos.Cluster;
using StreamGrains.Chaos.Faults;
using StreamGrains.Chaos.Ledger;
using StreamGrains.Chaos.Workers;

namespace StreamGrains.Chaos;

/// <summary>
/// How long a job with much state takes from a kill -9 to its first new result, and where the time goes. Owner: the caller's thread.
/// </summary>
/// <param name="stateBytes">Bytes of state before the first kill.</param>
/// <param name="options">Rate, brokers, keep; the rest does not matter.</param>
/// <param name="tell">Told how far it is.</param>
/// <param name="stop">Ends it.</param>
internal sealed partial class RecoveryRun(long stateBytes, ChaosOptions options, Action<string> tell, CancellationToken stop) : IDisposable
{
    private const int Kills = 5;
    private const int LoadRate = 40_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string directory = Directory.CreateTempSubdirectory("streamgrains-recovery-").FullName;
    private readonly Stack<IDisposable> opened = new();

    /// <summary>Runs, and gives the report as text.</summary>
    public string Run()
    {
        var data = Open(new DataDirectory(Path.Combine(directory, "state"), 0));
        var brokers = Open(new BrokerCluster(Path.Combine(directory, "kafka"), options.Brokers, new Interceptor()));
        var admin = Open(new ClusterAdmin(brokers.Bootstrap));
        admin.CreateTopics();
        var worker = Start(brokers, data);
        var written = Load(brokers, worker);
        using var ledger = new LedgerProducer(brokers.Bootstrap, Topics.Ledger, Topics.Partitions, options.Rate, written);
        ledger.Start();
        var watch = Open(new SinkWatch(brokers.Bootstrap, Topics.Final));
        var kills = new List<(Recovery Recovery, IReadOnlyList<string> Slots)>();
        for (var kill = 0; kill < Kills; kill++)
        {
            WaitForSnapshots(data);
            tell($"kill -9: {worker.Figures.Trim()}");
            worker.Kill();
            var recovery = watch.Clock.Begin("worker kill -9");
            worker = Start(brokers, data);
            if (!watch.Clock.Wait(recovery, Patience)) throw new InvalidOperationException($"no new results after {Patience.TotalMinutes:0} minutes: {worker.LastMessage}");
            WaitFor(() => worker.Messages.Count(m => m.Contains("goes on after", StringComparison.Ordinal)) >= Topics.Partitions, "the slots to say where the time went");
            kills.Add((recovery, [.. worker.Messages.Where(m => m.Contains("goes on after", StringComparison.Ordinal))]));
        }
        worker.Stop();
        worker.WaitForEnd(Patience);
        return Report(worker, kills);
    }

    public void Dispose()
    {
        while (opened.TryPop(out var resource)) resource.Dispose();
        if (!options.Keep) Directory.Delete(directory, recursive: true);
    }

    [GeneratedRegex(@"lag ([\d,]+)")]
    private static partial Regex LagInFigures();

    [GeneratedRegex(@"state [\d,]+ keys, ([\d.,]+) ([KMG])B")]
    private static partial Regex StateInFigures();

    private int started;

    private Worker Start(BrokerCluster brokers, DataDirectory data) => Open(new Worker(++started, ChaosRun.Arguments("recovery.yaml", brokers, data), directory));

    /// <summary>Writes events until the job has as much state as asked for; returns their number.</summary>
    private long Load(BrokerCluster brokers, Worker worker)
    {
        using var loader = new LedgerProducer(brokers.Bootstrap, Topics.Ledger, Topics.Partitions, LoadRate);
        loader.Start();
        var told = DateTime.MinValue;
        WaitFor(
            () =>
            {
                if (DateTime.UtcNow - told > TimeSpan.FromSeconds(15))
                {
                    tell($"loading: {worker.Figures.Trim()}");
                    told = DateTime.UtcNow;
                }
                return State(worker.Figures) >= stateBytes;
            },
            "the state to grow");
        loader.Finish(Patience);
        tell("waiting for the job to catch up");
        WaitFor(() => Lag(worker.Figures) < LoadRate, "the job to catch up");
        return loader.Written;
    }

    /// <summary>Every processor has a snapshot that is newer than now.</summary>
    private void WaitForSnapshots(DataDirectory data)
    {
        var now = DateTime.UtcNow;
        WaitFor(
            () => Directory.GetDirectories(Path.Combine(data.Path, Topics.Job)) is { Length: 2 * Topics.Partitions } processors
                && processors.All(p => new DirectoryInfo(p).GetFiles().Any(f => f.CreationTimeUtc > now && !f.Name.Contains('.', StringComparison.Ordinal))),
            "a snapshot of every processor");
    }

    private void WaitFor(Func<bool> holds, string what)
    {
        for (var end = DateTime.UtcNow + Patience; !holds(); stop.WaitHandle.WaitOne(100))
        {
            stop.ThrowIfCancellationRequested();
            if (DateTime.UtcNow > end) throw new InvalidOperationException($"waited {Patience.TotalMinutes:0} minutes for {what}");
        }
    }

    private static long Lag(string figures) =>
        LagInFigures().Match(figures) is { Success: true } match ? long.Parse(match.Groups[1].Value, NumberStyles.Number, CultureInfo.InvariantCulture) : long.MaxValue;

    private static double State(string figures)
    {
        var match = StateInFigures().Match(figures);
        var unit = match.Groups[2].Value switch { "G" => 1e9, "M" => 1e6, _ => 1e3 };
        return match.Success ? double.Parse(match.Groups[1].Value, NumberStyles.Number, CultureInfo.InvariantCulture) * unit : 0;
    }

    private string Report(Worker last, List<(Recovery Recovery, IReadOnlyList<string> Slots)> kills)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"streamgrains {ChaosReport.Version}, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, {options.Brokers} brokers, {options.Rate:N0} events a second");
        text.AppendLine(CultureInfo.InvariantCulture, $"eng/chaos recovery --state {stateBytes / 1e6:0}MB --rate {options.Rate} --brokers {options.Brokers}");
        text.AppendLine(last.Figures.Trim());
        text.AppendLine();
        foreach (var (recovery, slots) in kills)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"kill -9: first new result after {recovery.First / 1000.0:0.0} s, in every partition after {recovery.All / 1000.0:0.0} s");
            foreach (var slot in slots.Order(StringComparer.Ordinal)) text.AppendLine(CultureInfo.InvariantCulture, $"    {slot.Replace("streamgrains: ", "", StringComparison.Ordinal)}");
        }
        return text.ToString();
    }

    private T Open<T>(T resource) where T : IDisposable
    {
        opened.Push(resource);
        return resource;
    }
}
