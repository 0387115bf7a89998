using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Cluster.Tests.Support;

internal static class FreePorts
{
    /// <summary>So many different ports of loopback that nobody listens on.</summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners) listener.Start();
        var ports = listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
