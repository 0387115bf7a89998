using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace StreamGrains.Cluster.Tests.Support;

/// <summary>A Redis of a test's own, in memory only.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Process process;

    public RedisServer()
    {
        var port = FreePorts.Take(1)[0];
        Connection = $"127.0.0.1:{port}";
        process = Process.Start(new ProcessStartInfo(
            Program!, ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetTempPath()]) { RedirectStandardOutput = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        Eventually.True(() => Answers(port), TimeSpan.FromSeconds(20), "Redis did not start");
    }

    /// <summary>The program; null where it is not installed.</summary>
    public static string? Program { get; } = Programs.Find("redis-server");

    public string Connection { get; }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
