using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Server.Http;

/// <summary>
/// Refusals as problem details (RFC 9457): the detail says what is wrong and what to do, <c>mistakes</c> has every mistake of a spec, <c>outcome</c> what looking for a key came to.
/// </summary>
internal static class Problems
{
    /// <summary>A refusal as an answer.</summary>
    public static ProblemHttpResult Of(Refusal refusal, QueryOutcome? outcome = null)
    {
        var details = Details(StatusOf(refusal.Kind), refusal.Message, refusal.Mistakes);
        if (outcome is { } known) details.Extensions["outcome"] = known;
        return TypedResults.Problem(details);
    }

    /// <summary>A value, or the refusal in its place.</summary>
    public static Results<Ok<T>, ProblemHttpResult> OrValue<T>(Answer<T> answer)
        where T : class => answer.Value is { } value ? TypedResults.Ok(value) : Of(answer.Refusal!);

    /// <summary>Writes a problem where no endpoint answers.</summary>
    public static Task Write(HttpContext context, int status, string message) => TypedResults.Problem(Details(status, message, [])).ExecuteAsync(context);

    /// <summary>The id that a problem shows, and the log has for the same request.</summary>
    public static string TraceId(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;

    /// <summary>Keeps what an answer says for the request's line in the log.</summary>
    public static void Note(ProblemDetailsContext problem)
    {
        var trace = TraceId(problem.HttpContext);
        problem.ProblemDetails.Extensions["traceId"] = trace;
        problem.HttpContext.Features.Set(new AuditNote(OnOneLine(problem.ProblemDetails.Detail ?? problem.ProblemDetails.Title ?? ""), trace));
    }

    /// <summary>Words quote what was sent, which could hold line breaks and commands to a terminal.</summary>
    private static string OnOneLine(string words) => string.Concat(words.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    private static ProblemDetails Details(int status, string message, IReadOnlyList<SpecError> mistakes)
    {
        var details = new ProblemDetails { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = message };
        if (mistakes.Count > 0) details.Extensions["mistakes"] = mistakes;
        return details;
    }

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Conflict => StatusCodes.Status409Conflict,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
