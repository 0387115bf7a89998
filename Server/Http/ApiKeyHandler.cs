using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamGrains.Server.Http;

/// <summary>
/// Tells who sends a request: the holder of a key, or, where no key is configured, whoever is on this machine. Keys are compared by their hashes, in a time that does not depend on
/// where they differ. One per request.
/// </summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IOptions<ApiOptions> api)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Bearer = "Bearer ", Basic = "Basic ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (api.Value.Keys.Count == 0)
            return Task.FromResult(IsLocal(Context) ? Success("local", ApiRole.Admin) : AuthenticateResult.Fail("no API key is configured, and the request is not of this machine"));
        if (Given(Request.Headers.Authorization.ToString()) is not { } sent) return Task.FromResult(AuthenticateResult.NoResult());
        var given = SHA256.HashData(Encoding.UTF8.GetBytes(sent));
        ApiKey? found = null;
        foreach (var key in api.Value.Keys)
            if (CryptographicOperations.FixedTimeEquals(given, Convert.FromHexString(key.Sha256))) found = key;
        return Task.FromResult(found is null ? AuthenticateResult.Fail("this API key is not known") : Success(found.Name, found.Role));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = IsPage ? "Basic realm=\"StreamGrains: any name, and an API key as the password\"" : "Bearer";
        return Problems.Write(Context, StatusCodes.Status401Unauthorized, "an API key is needed: send it as 'Authorization: Bearer KEY'");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.Write(Context, StatusCodes.Status403Forbidden, $"the API key of '{Context.User.Identity?.Name}' may not do this; it takes a key with a higher role");

    /// <summary>
    /// Whether the request is of this machine and means it: a page of a browser here can have its requests sent here under another name (DNS rebinding), so the name counts as well; and a
    /// page from elsewhere can have them sent to this very name, which shows in their origin.
    /// </summary>
    private static bool IsLocal(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && (context.Request.Host.Host is "localhost" || (IPAddress.TryParse(context.Request.Host.Host.Trim('[', ']'), out var named) && IPAddress.IsLoopback(named)))
        && context.Request.Headers.Origin is var origin && (origin.Count == 0 || origin.ToString() == $"{context.Request.Scheme}://{context.Request.Host}");

    /// <summary>
    /// Pages are for browsers, which ask a person for a password and send it by themselves. Only pages, that change nothing: what a browser sends by itself, it sends for other sites' pages, too.
    /// </summary>
    private bool IsPage => Request.Path.StartsWithSegments("/dashboard", StringComparison.OrdinalIgnoreCase) && HttpMethods.IsGet(Request.Method);

    private string? Given(string header)
    {
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return header[Bearer.Length..].Trim();
        if (!IsPage || !header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Basic.Length..].Trim(), bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair.IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon ? pair[(colon + 1)..] : null;
    }

    private static AuthenticateResult Success(string name, ApiRole role)
    {
        var claims = Enum.GetValues<ApiRole>().Where(r => r <= role).Select(r => new Claim(ClaimTypes.Role, r.ToString())).Prepend(new Claim(ClaimTypes.Name, name));
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, SchemeName)), SchemeName));
    }
}
