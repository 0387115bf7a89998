using System.Net;
using System.Net.Sockets;
using System.Text;

namespace StreamGrains.Cli.Tests;

/// <summary>Answers each request with what is next; the last of them again and again. Owner: one test.</summary>
internal sealed class CannedServer : IDisposable
{
    private readonly HttpListener listener = new();

    public CannedServer(int status, string body, params (int Status, string Body)[] further)
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://{free.LocalEndpoint}";
        }
        listener.Prefixes.Add(Address + "/");
        listener.Start();
        _ = Answer([(status, body), .. further]);
    }

    public string Address { get; }

    public void Dispose() => listener.Close();

    private async Task Answer((int Status, string Body)[] answers)
    {
        for (var next = 0; ; next = Math.Min(next + 1, answers.Length - 1))
        {
            try
            {
                var context = await listener.GetContextAsync();
                (context.Response.StatusCode, context.Response.ContentType) = (answers[next].Status, "application/json");
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answers[next].Body));
                context.Response.Close();
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
