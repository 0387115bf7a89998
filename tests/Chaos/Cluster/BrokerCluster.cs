using System.Globalization;
using System.Net;

namespace StreamGrains.Chaos.Cluster;

/// <summary>
/// Brokers of the run's own. Each has two listeners: a direct one, for brokers among themselves, the ledger and the checker; and one that is advertised as its proxy, for
/// the workers. Owner: the run; one thread at a time.
/// </summary>
internal sealed class BrokerCluster : IDisposable
{
    private const string Heap = "320m";

    private readonly string directory;
    private readonly List<Proxy> proxies = [];

    /// <summary>Starts <paramref name="count"/> brokers with data in <paramref name="directory"/>, and waits until they serve.</summary>
    public BrokerCluster(string directory, int count, Interceptor interceptor)
    {
        this.directory = directory;
        Count = count;
        var port = Ports.FreeRow(count);
        Bootstrap = string.Join(',', Enumerable.Range(port, count).Select(p => $"127.0.0.1:{p}"));
        try
        {
            // A heap that no JVM starts with: the script writes settings, formats the data, and the nodes end; then the settings get their second listener.
            Script.Try([Repository.KafkaScript, "start", "--dir", directory, "--port", Text(port), "--brokers", Text(count), "--heap", "1k", .. Settings()]);
            Kafka("kill");
            for (var id = 1; id <= count; id++)
            {
                var proxy = new Proxy(new IPEndPoint(IPAddress.Loopback, port + id - 1 + Listeners.Proxied), interceptor);
                proxies.Add(proxy);
                AddListener(id, port + id - 1, proxy.Port);
            }
            ProxiedBootstrap = string.Join(',', proxies.Select(p => $"127.0.0.1:{p.Port}"));
            Script.Run(Repository.KafkaScript, "restart", "--dir", directory, "--heap", Heap);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Count { get; }

    /// <summary>Straight to the brokers.</summary>
    public string Bootstrap { get; }

    /// <summary>Through the proxies.</summary>
    public string ProxiedBootstrap { get; } = "";

    public void Kill(int id) => Kafka("kill", "--id", Text(id));

    public void Pause(int id) => Kafka("pause", "--id", Text(id));

    public void Resume(int id) => Kafka("resume", "--id", Text(id));

    /// <summary>Starts what is down, and waits until it serves.</summary>
    public void Restart() => Kafka("restart", "--heap", Heap);

    public void Dispose()
    {
        foreach (var proxy in proxies) proxy.Dispose();
        if (Directory.Exists(directory)) Script.Try(Repository.KafkaScript, "kill", "--dir", directory);
    }

    private static IEnumerable<string> Settings()
    {
        string[] settings =
        [
            "log.segment.bytes=33554432", "log.retention.check.interval.ms=20000", "log.segment.delete.delay.ms=5000",
            "broker.session.timeout.ms=6000", "replica.lag.time.max.ms=6000", "auto.leader.rebalance.enable=false", "num.io.threads=2",
        ];
        return settings.SelectMany(s => new[] { "--set", s });
    }

    private void AddListener(int id, int port, int proxyPort)
    {
        var path = Path.Combine(directory, $"node-{id}.properties");
        File.WriteAllLines(path, File.ReadAllLines(path).Select(line => line switch
        {
            _ when line.StartsWith("listeners=", StringComparison.Ordinal) => $"{line},PROXIED://127.0.0.1:{port + Listeners.Proxied}",
            // The script takes the broker's port from the end of this line.
            _ when line.StartsWith("advertised.listeners=", StringComparison.Ordinal) => $"advertised.listeners=PROXIED://127.0.0.1:{proxyPort},PLAINTEXT://127.0.0.1:{port}",
            _ when line.StartsWith("listener.security.protocol.map=", StringComparison.Ordinal) => $"{line},PROXIED:PLAINTEXT",
            _ => line,
        }));
    }

    private void Kafka(string command, params string[] arguments) => Script.Run([Repository.KafkaScript, command, "--dir", directory, .. arguments]);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
