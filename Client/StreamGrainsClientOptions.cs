namespace StreamGrains.Client;

/// <summary>How <see cref="ServiceRegistration.AddStreamGrainsClient"/> reaches the server.</summary>
public sealed class StreamGrainsClientOptions
{
    /// <summary>Address of the server; default: <c>http://127.0.0.1:8080</c>.</summary>
    public Uri Address { get; set; } = new("http://127.0.0.1:8080");

    /// <summary>API key; none by default, which a server on this machine may allow.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// How long one attempt may take, the upload of a model included; default: 2 minutes. All attempts together may take four times as long, and so may the single one to take a savepoint or to
    /// start from one.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
