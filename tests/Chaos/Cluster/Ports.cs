using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Chaos.Cluster;

/// <summary>Free ports on loopback.</summary>
internal static class Ports
{
    /// <summary>The first of a row of free ports whose neighbours a thousand up (controllers) and ten up (proxied listeners) are free, too.</summary>
    public static int FreeRow(int count)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            using var probe = Bind(0);
            var first = ((IPEndPoint)probe.LocalEndpoint).Port;
            if (first > 64_000) continue;
            var listeners = new List<TcpListener>();
            try
            {
                for (var i = 0; i < count; i++)
                    foreach (var distance in new[] { 0, Listeners.Proxied, Listeners.Controller })
                        if (distance + i > 0) listeners.Add(Bind(first + distance + i));
                return first;
            }
            catch (SocketException)
            {
                // One of them is taken: another row.
            }
            finally
            {
                foreach (var listener in listeners) listener.Dispose();
            }
        }
        throw new InvalidOperationException("no row of free ports was found");
    }

    private static TcpListener Bind(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }
}

/// <summary>How far a broker's other ports lie from its own; the controller's is the script's choice.</summary>
internal static class Listeners
{
    public const int Proxied = 10, Controller = 1000;
}
