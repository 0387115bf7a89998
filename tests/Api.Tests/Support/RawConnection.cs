using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace StreamGrains.Api.Tests.Support;

/// <summary>One connection over which anything can be sent.</summary>
internal sealed class RawConnection(Uri server) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly TcpClient client = new(server.Host, server.Port);

    /// <summary>
    /// Sends bytes and returns the status of the answer; 0 when the connection ends without one. After a request that is not complete the connection is closed for sending, for the server
    /// would wait for the rest.
    /// </summary>
    public async Task<int> Send(byte[] request, bool complete)
    {
        using var limit = new CancellationTokenSource(Longest);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(request, limit.Token);
            if (!complete) client.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception full) when (full is IOException or SocketException)
        {
            // The server has answered before it had read everything, which is its right.
        }
        var line = new byte[12];
        var read = 0;
        try
        {
            read = await stream.ReadAtLeastAsync(line, line.Length, throwOnEndOfStream: false, limit.Token);
        }
        catch (IOException)
        {
            // Reset: as good as no answer.
        }
        return read == line.Length && int.TryParse(Encoding.ASCII.GetString(line, 9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;
    }

    public void Dispose() => client.Dispose();
}
