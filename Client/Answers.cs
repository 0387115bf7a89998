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
        if (!response.IsSuccessStatusCode) throw Problem(response, await ReadDetails(response, cancel));
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ControlJson.Options, cancel) ?? throw Odd(response, null);
        }
        catch (Exception odd) when (odd is JsonException or NotSupportedException)
        {
            throw Odd(response, odd);
        }
    }

    /// <summary>What is kept for a key. That there is nothing, or that nobody can say, is a problem in HTTP and an answer here.</summary>
    public static async Task<QueryAnswer> ReadKey(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.IsSuccessStatusCode) return await Read<QueryAnswer>(response, cancel);
        var details = await ReadDetails(response, cancel);
        return details?.Outcome switch
        {
            QueryOutcome.UnknownKey => QueryAnswer.UnknownKey,
            QueryOutcome.Moving => QueryAnswer.Moving,
            _ => throw Problem(response, details),
        };
    }

    /// <summary>What is said of a server that gives no answer.</summary>
    public static StreamGrainsException Silence(Uri? server, Exception failure) =>
        new(ProblemKind.Unreachable, $"the server at {server?.GetLeftPart(UriPartial.Authority) ?? "an unset address"} does not answer: {failure.Message}", inner: failure);

    private static async Task<Details?> ReadDetails(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<Details>(ControlJson.Options, cancel);
        }
        catch (Exception odd) when (odd is JsonException or NotSupportedException)
        {
            // Something between here and the server has answered in its own way; the status tells enough.
            return null;
        }
    }

    private static StreamGrainsException Problem(HttpResponseMessage response, Details? details)
    {
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

    private sealed record Details(string? Title, string? Detail, IReadOnlyList<SpecError>? Mistakes, QueryOutcome? Outcome);
}
