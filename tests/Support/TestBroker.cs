using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Tests.Support;

/// <summary>A real broker for a test collection: the one that STREAMGRAINS_KAFKA names, or one started on a free port and stopped at the end.</summary>
public sealed class TestBroker : IDisposable
{
    /// <summary>What Java takes to start sooner. A broker of tests ends before code that is compiled with much effort makes up for that effort.</summary>
    public static readonly (string Name, string Value) ShortLife = ("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1");

    private readonly string? script;
    private readonly string directory = Path.Combine(Path.GetTempPath(), $"streamgrains-broker-{Guid.NewGuid():N}");

    public TestBroker()
    {
        if (Environment.GetEnvironmentVariable("STREAMGRAINS_KAFKA") is { Length: > 0 } given)
        {
            Bootstrap = given;
            return;
        }
        script = Repository.KafkaScript;
        var port = FreePort();
        Bootstrap = $"127.0.0.1:{port}";
        Script("start", "--dir", directory, "--port", port.ToString(CultureInfo.InvariantCulture));
    }

    public string Bootstrap { get; }

    /// <summary>Why there is none to be had, for tests that are skipped then; null where one can be had.</summary>
    public static string? Missing => Environment.GetEnvironmentVariable("STREAMGRAINS_KAFKA") is { Length: > 0 } || Repository.Shared("kafka/kafka") is not null
        ? null
        : "no Kafka broker: set STREAMGRAINS_KAFKA=host:port, or put the kafka script at ../shared/kafka/kafka";

    /// <summary>kill -9. Only of one that was started here.</summary>
    public void Kill() => Script("kill", "--dir", directory, "--id", "1");

    public void Dispose()
    {
        if (script is null) return;
        Script("stop", "--dir", directory);
        Directory.Delete(directory, recursive: true);
    }

    private void Script(params string[] arguments)
    {
        // The broker inherits the streams, so they must not be pipes that somebody waits on.
        var start = new ProcessStartInfo("bash", [script!, .. arguments, "--heap", "1g"]) { RedirectStandardInput = true };
        start.Environment[ShortLife.Name] = ShortLife.Value;
        using var process = Process.Start(start)!;
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)) || process.ExitCode != 0) throw new InvalidOperationException($"kafka {arguments[0]} did not succeed");
    }

    /// <summary>A port whose neighbour a thousand up is free too: the controller takes that one.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var first = new TcpListener(IPAddress.Loopback, 0);
            first.Start();
            var port = ((IPEndPoint)first.LocalEndpoint).Port;
            if (port > 64_000) continue;
            try
            {
                using var second = new TcpListener(IPAddress.Loopback, port + 1000);
                second.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: try another pair.
            }
        }
    }
}

/// <summary>A broker that starts when the first test asks for it, so that a run whose tests are all skipped starts none.</summary>
public sealed class LazyBroker : IDisposable
{
    private readonly Lazy<TestBroker> broker = new(() => new TestBroker());

    public string Bootstrap => broker.Value.Bootstrap;

    public void Dispose()
    {
        if (broker.IsValueCreated) broker.Value.Dispose();
    }
}
