using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace StreamGrains.Hosting.Http;

/// <summary>Writes one line for every request that asks for a change, carried out or not: who, what, and what it came to. When is the log's own.</summary>
internal sealed partial class Audit(ILoggerFactory loggers) : IEndpointFilter
{
    private readonly ILogger logger = loggers.CreateLogger("StreamGrains.Audit");

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var request = context.HttpContext;
        object? result = null;
        try
        {
            result = await next(context);
            return result;
        }
        finally
        {
            var inner = result is INestedHttpResult nested ? nested.Result : result;
            var status = (inner as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status500InternalServerError;
            LogChange(request.User.Identity?.Name ?? "-", request.Request.Method, request.Request.Path, status, request.Connection.RemoteIpAddress?.ToString() ?? "-");
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Who} asked for {Method} {Path}: {Status} (from {From})")]
    private partial void LogChange(string who, string method, string path, int status, string from);
}
