using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using StreamGrains.Control;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Server.Http;

/// <summary>
/// Requests that cannot be read are answered with what is wrong with them: no JSON, a number that is none, a body that is too large. They are no failure of the server; a full disk is one that
/// who asks is told of, without the paths of the server. What else fails is for the log only, under the id that the answer shows.
/// </summary>
internal sealed partial class RequestMistakes(ILogger<RequestMistakes> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, message) = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } mistake => (mistake.StatusCode, $"the body is not what this request takes: {json.Message}"),
            BadHttpRequestException mistake => (mistake.StatusCode, mistake.Message),
            IOException full when FailureCounts.IsFull(full) => (StatusCodes.Status503ServiceUnavailable, OutsideFailures.NoSpace),
            // How ASP.NET Core tells of a character set that it does not have.
            InvalidOperationException { InnerException: ArgumentException or NotSupportedException } when NamesCharset(httpContext.Request) =>
                (StatusCodes.Status415UnsupportedMediaType, "JSON is sent as UTF-8"),
            _ => (StatusCodes.Status500InternalServerError, "the server failed at this; its log says why, under this traceId"),
        };
        if (status == StatusCodes.Status500InternalServerError)
            LogFailure(exception, httpContext.Request.Method, httpContext.Request.Path.ToUriComponent(), Problems.TraceId(httpContext));
        await Problems.Write(httpContext, status, message);
        return true;
    }

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed [traceId {TraceId}]")]
    private partial void LogFailure(Exception failure, string method, string path, string traceId);

    private static bool NamesCharset(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.HasValue;
}
