using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Storage.Tests;

/// <summary>Takes connections, as the system does for a process that stands still, and says nothing.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);

    public SilentServer() => listener.Start();

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Address => $"http://127.0.0.1:{Port}";

    /// <summary>Every call ends in time, and says where it was lost.</summary>
    public static void AssertGivenUp(BlockingStore store, string called)
    {
        foreach (var call in (Action[])[() => store.Write("job/a", _ => { }), () => store.Open("job/a"), () => store.List("job/a"), () => store.Delete("job/a")])
        {
            var begun = Stopwatch.GetTimestamp();
            var message = Assert.Throws<IOException>(call).Message;
            Assert.Contains(called, message, StringComparison.Ordinal);
            Assert.Contains("job/a", message, StringComparison.Ordinal);
            Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 20);
        }
    }

    public void Dispose() => listener.Dispose();
}
