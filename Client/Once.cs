using System.Net;
using Polly;

namespace StreamGrains.Client;

/// <summary>
/// Requests that are not to be made twice: the first may be at work still, or done, when its answer is not waited for any more, and the second would do it all again.
/// </summary>
internal static class Once
{
    private static readonly HttpRequestOptionsKey<bool> Key = new("StreamGrains.Once");

    public static void Mark(HttpRequestMessage request) => request.Options.Set(Key, true);

    public static bool Is(ResilienceContext context) => context.GetRequestMessage() is { } request && request.Options.TryGetValue(Key, out var once) && once;

    /// <summary>Whether the server has done nothing for sure: it was not reached, or said so.</summary>
    public static bool WasNotBegun(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError }
        || outcome.Result is { StatusCode: HttpStatusCode.TooManyRequests };
}
