using System.Net.Http.Headers;
using StreamGrains.Client;

namespace StreamGrains.Cli.Remote;

/// <summary>The server that a command talks to. Owner: the command.</summary>
internal sealed class RemoteServer : IDisposable
{
    public const string AddressVariable = "STREAMGRAINS_SERVER", KeyVariable = "STREAMGRAINS_API_KEY";

    private readonly AnswerText answers = new();
    private readonly HttpClient http;

    public RemoteServer(Uri address, string? key, TimeSpan? patience = null)
    {
        Address = address;
        http = new HttpClient(answers) { BaseAddress = new Uri(address.ToString().TrimEnd('/') + "/"), Timeout = patience ?? TimeSpan.FromMinutes(2) };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Client = new StreamGrainsClient(http);
    }

    /// <summary>Where it is.</summary>
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
    private sealed class AnswerText() : DelegatingHandler(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) })
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
