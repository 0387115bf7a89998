using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Chaos.Cluster;

/// <summary>Free ports on loopback.</summary>
internal static class Ports
{
    // Below the ports that systems give to outgoing connections: such a one must not take the port of a broker that is down for a moment.
    private const int Lowest = 15_000, Highest = 30_000;

    /// <summary>The first of a row of free ports whose neighbours ten up (proxied listeners) and a thousand up (controllers) are free, too.</summary>
    public static int FreeRow(int count)
    {
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var first = Random.Shared.Next(Lowest, Highest);
            var listeners = new List<TcpListener>();
            try
            {
                foreach (var distance in new[] { 0, Listeners.Proxied, Listeners.Controller })
                    for (var i = 0; i < count; i++) listeners.Add(Bind(first + distance + i));
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
