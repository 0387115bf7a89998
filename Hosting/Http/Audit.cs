using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamGrains.Hosting.Http;

/// <summary>
/// Writes one line for every request that asks for a change, carried out or not: who, what, and what it came to. When is the log's own. Goes around everything else, so that it sees the final
/// status.
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
            if (change)
                LogChange(context.User.Identity?.Name ?? "-", context.Request.Method, context.Request.Path.ToUriComponent(), status, context.Connection.RemoteIpAddress?.ToString() ?? "-");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Who} asked for {Method} {Path}: {Status} (from {From})")]
    private partial void LogChange(string who, string method, string path, int status, string from);

    private sealed class ChangesSomething;
}
