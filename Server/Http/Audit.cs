using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamGrains.Server.Http;

/// <summary>
/// Writes one line for every request that asks for a change, carried out or not, and for every other that the server fails at: who, what, and what it came to, with the id that the answer shows. When is
/// the log's own. Goes around everything else, so that it sees the final status.
/// </summary>
internal sealed partial class Audit(ILoggerFactory loggers)
{
    /// <summary>Metadata of endpoints that change something.</summary>
    public static readonly object Change = new ChangesSomething();

    private readonly ILogger logger = loggers.CreateLogger("StreamGrains.Audit");

    public async Task Note(HttpContext context, RequestDelegate next)
    {
        var change = context.GetEndpoint()?.Metadata.GetMetadata<ChangesSomething>() is not null;
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        finally
        {
            // The path as it was sent: decoded, it could hold line breaks and look like lines of its own.
            var failed = status >= StatusCodes.Status500InternalServerError;
            if (change || failed) Write(failed ? LogLevel.Warning : LogLevel.Information, context, context.Request.Path.ToUriComponent(), status);
        }
    }

    private void Write(LogLevel level, HttpContext context, string path, int status)
    {
        var (who, method, from) = (context.User.Identity?.Name ?? "-", context.Request.Method, context.Connection.RemoteIpAddress?.ToString() ?? "-");
        switch (context.Features.Get<AuditNote>())
        {
            case null:
                LogRequest(level, who, method, path, status, from);
                break;
            case { TraceId: null } note:
                LogNoted(level, who, method, path, status, from, note.Text);
                break;
            case { TraceId: { } trace } note:
                LogRefused(level, who, method, path, status, from, note.Text, trace);
                break;
        }
    }

    [LoggerMessage(EventId = 1, Message = "{Who} asked for {Method} {Path}: {Status} (from {From})")]
    private partial void LogRequest(LogLevel level, string who, string method, string path, int status, string from);

    [LoggerMessage(EventId = 2, Message = "{Who} asked for {Method} {Path}: {Status} (from {From}): {Outcome}")]
    private partial void LogNoted(LogLevel level, string who, string method, string path, int status, string from, string outcome);

    [LoggerMessage(EventId = 3, Message = "{Who} asked for {Method} {Path}: {Status} (from {From}): {Outcome} [traceId {TraceId}]")]
    private partial void LogRefused(LogLevel level, string who, string method, string path, int status, string from, string outcome, string traceId);

    private sealed class ChangesSomething;
}
