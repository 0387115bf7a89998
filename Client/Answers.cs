using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Client;

/// <summary>Answers of the server as values, and its problems (RFC 9457) as exceptions.</summary>
internal static class Answers
{
    /// <summary>The value, or a <see cref="StreamGrainsException"/>.</summary>
    public static async Task<T> Read<T>(HttpResponseMessage response, CancellationToken cancel)
    {
        if (!response.IsSuccessStatusCode) throw await Problem(response, cancel);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ControlJson.Options, cancel) ?? throw Odd(response, null);
        }
        catch (Exception odd) when (odd is JsonException or NotSupportedException)
        {
            throw Odd(response, odd);
        }
    }

    /// <summary>What is said of a server that gives no answer.</summary>
    public static StreamGrainsException Silence(Uri? server, Exception failure) =>
        new(ProblemKind.Unreachable, $"the server at {server?.GetLeftPart(UriPartial.Authority) ?? "an unset address"} does not answer: {failure.Message}", inner: failure);

    private static async Task<StreamGrainsException> Problem(HttpResponseMessage response, CancellationToken cancel)
    {
        Details? details = null;
        try
        {
            details = await response.Content.ReadFromJsonAsync<Details>(ControlJson.Options, cancel);
        }
        catch (Exception odd) when (odd is JsonException or NotSupportedException)
        {
            // Something between here and the server has answered in its own way; the status tells enough.
        }
        var message = details?.Detail ?? details?.Title ?? $"the server answers {(int)response.StatusCode} {response.ReasonPhrase}";
        return new StreamGrainsException(KindOf(response.StatusCode), message, details?.Mistakes);
    }

    private static StreamGrainsException Odd(HttpResponseMessage response, Exception? inner) => new(
        ProblemKind.Unexpected, $"{response.RequestMessage?.RequestUri} answers with something else than was asked for: is it a StreamGrains server?", inner: inner);

    private static ProblemKind KindOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => ProblemKind.NotFound,
        HttpStatusCode.Conflict => ProblemKind.Conflict,
        HttpStatusCode.Unauthorized => ProblemKind.Unauthorized,
        HttpStatusCode.Forbidden => ProblemKind.Forbidden,
        HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => ProblemKind.Unavailable,
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => ProblemKind.Invalid,
        _ => ProblemKind.Unexpected,
    };

    private sealed record Details(string? Title, string? Detail, IReadOnlyList<SpecError>? Mistakes);
}
