using System.Net.Http.Headers;
using StreamGrains.Client;

namespace StreamGrains.Cli.Remote;

/// <summary>The server that a command talks to, or the first of several that answers. Owner: the command.</summary>
internal sealed class RemoteServer : IDisposable
{
    public const string AddressVariable = "STREAMGRAINS_SERVER", KeyVariable = "STREAMGRAINS_API_KEY";

    private readonly AnswerText answers;
    private readonly HttpClient http;

    public RemoteServer(IEnumerable<Uri> addresses, string? key, TimeSpan? patience = null)
    {
        List<Uri> servers = [.. addresses.Select(a => new Uri(a.AbsoluteUri.TrimEnd('/') + "/"))];
        Address = servers[0];
        answers = new AnswerText(new ServerChain(servers, new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }));
        http = new HttpClient(answers) { BaseAddress = Address, Timeout = patience ?? TimeSpan.FromMinutes(2) };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Client = new StreamGrainsClient(http);
    }

    /// <summary>Where it is; of several, the first that was named.</summary>
    public Uri Address { get; }

    /// <summary>The calls.</summary>
    public StreamGrainsClient Client { get; }

    /// <summary>The last answer as the server wrote it, unless the command puts an earlier one back.</summary>
    public string LastAnswer
    {
        get => answers.Last;
        set => answers.Last = value;
    }

    public void Dispose() => http.Dispose();

    /// <summary>Keeps the text of the last answer, so that what is printed is what the server said.</summary>
    private sealed class AnswerText(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public string Last { get; set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            Last = await response.Content.ReadAsStringAsync(cancellationToken);
            return response;
        }
    }
}
