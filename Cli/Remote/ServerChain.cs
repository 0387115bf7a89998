namespace StreamGrains.Cli.Remote;

/// <summary>
/// Sends requests to the first of several servers that answers, and to that one first from then on. A request goes to the next server where it was not sent, and where it only reads also when its answer broke
/// off: one that changes something may have been carried out. Owner: one command.
/// </summary>
internal sealed class ServerChain(IReadOnlyList<Uri> servers, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private int first;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsoluteUri[servers[0].AbsoluteUri.Length..];
        var silent = new List<string>();
        for (var tried = 0; ; tried++)
        {
            var turn = (first + tried) % servers.Count;
            request.RequestUri = new Uri(servers[turn], path);
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                first = turn;
                return response;
            }
            catch (Exception failure) when (servers.Count > 1 && !cancellationToken.IsCancellationRequested && MayTryNext(request, failure))
            {
                silent.Add($"{servers[turn].GetLeftPart(UriPartial.Authority)}: {failure.Message}");
                if (silent.Count == servers.Count) throw new HttpRequestException($"nor does any other ({string.Join("; ", silent)})", failure);
            }
        }
    }

    /// <summary>Cancelled by nobody: the time to connect is over.</summary>
    private static bool MayTryNext(HttpRequestMessage request, Exception failure) => failure is OperationCanceledException || (failure is HttpRequestException http && (request.Method == HttpMethod.Get
        || http.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError));
}
