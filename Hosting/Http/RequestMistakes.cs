using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using StreamGrains.Hosting.Jobs;

namespace StreamGrains.Hosting.Http;

/// <summary>
/// Requests that cannot be read are answered with what is wrong with them: no JSON, a number that is none, a body that is too large. They are no failure of the server; a full disk is one that
/// who asks is told of, without the paths of the server.
/// </summary>
internal sealed class RequestMistakes : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, message) = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } mistake => (mistake.StatusCode, $"the body is not what this request takes: {json.Message}"),
            BadHttpRequestException mistake => (mistake.StatusCode, mistake.Message),
            IOException full when FailureCounts.IsFull(full) => (StatusCodes.Status503ServiceUnavailable, "no space is left where the server keeps jobs and models: make room there, and ask again"),
            // How ASP.NET Core tells of a character set that it does not have.
            InvalidOperationException { InnerException: ArgumentException or NotSupportedException } when NamesCharset(httpContext.Request) =>
                (StatusCodes.Status415UnsupportedMediaType, "JSON is sent as UTF-8"),
            _ => (0, ""),
        };
        if (status == 0) return false;
        await Problems.Write(httpContext, status, message);
        return true;
    }

    private static bool NamesCharset(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.Charset.HasValue;
}
