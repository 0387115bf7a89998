using System.Net;
using System.Net.Sockets;

namespace StreamGrains.Chaos.Cluster;

/// <summary>Listens on a free loopback port and connects each client to one broker, with an eye on the requests. Owner: the cluster.</summary>
internal sealed class Proxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly IPEndPoint broker;
    private readonly Interceptor interceptor;

    public Proxy(IPEndPoint broker, Interceptor interceptor)
    {
        (this.broker, this.interceptor) = (broker, interceptor);
        listener.Start();
        _ = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true) _ = Serve(await listener.AcceptSocketAsync(stop.Token));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The run is over.
        }
    }

    private async Task Serve(Socket client)
    {
        using var near = client;
        using var far = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(broker, stop.Token);
            using var connection = new ProxyConnection(near, far, interceptor);
            await connection.Run(stop.Token);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Either side went away: so does the other.
        }
    }
}
