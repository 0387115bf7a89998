using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;

namespace StreamGrains.Server.Http;

/// <summary>Looking for what a job keeps for a key, over HTTP: an answer without state is a problem that says why.</summary>
internal static class KeyQueries
{
    private const string RetryAfterSeconds = "1";

    public static void Map(RouteGroupBuilder api) => api.MapGet("/jobs/{job}/keys/{key}", Find)
        .WithName("FindKey")
        .WithSummary("What a job keeps for a key at the moment, committed or not: rolling features and open windows, with the watermark. 503 with Retry-After while a slot that may hold it moves.")
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Results<Ok<QueryAnswer>, ProblemHttpResult>> Find(string job, string key, HttpContext context, IJobControl jobs, CancellationToken cancel)
    {
        key = Written(context, key);
        var answer = await jobs.Query(job, key, cancel);
        if (answer.Value is { Outcome: QueryOutcome.Found } found) return TypedResults.Ok(found);
        var refusal = answer.Refusal ?? Missing(answer.Value!.Outcome, job, key);
        if (refusal.Kind == RefusalKind.Unavailable) context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Problems.Of(refusal, answer.Value?.Outcome);
    }

    private static Refusal Missing(QueryOutcome outcome, string job, string key) => outcome == QueryOutcome.Moving
        ? Refusal.Of(RefusalKind.Unavailable, $"a slot of job '{job}' that may hold key '{key}' is being opened, replayed or handed over: ask again in a moment")
        : Refusal.Of(RefusalKind.NotFound, $"job '{job}' has no state for key '{key}'");

    /// <summary>The key as it was sent. The server leaves %2F in a path as it is, so that the routed value cannot tell a slash from the text "%2F".</summary>
    private static string Written(HttpContext context, string routed)
    {
        var path = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        var last = path[(path.LastIndexOf('/') + 1)..];
        return last.Length == 0 ? routed : Uri.UnescapeDataString(last);
    }
}
