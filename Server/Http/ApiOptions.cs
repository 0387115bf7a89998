namespace StreamGrains.Server.Http;

/// <summary>Who may use the control API, and how much of it.</summary>
public sealed class ApiOptions
{
    /// <summary>Bytes that uploaded models may take together; null, the default, for as many as there is room for. An upload beyond it is refused.</summary>
    public long? MostModelBytes { get; set; }

    /// <summary>
    /// Keys; none by default. Without any, the API answers requests of this machine only, and the server refuses to start on another address.
    /// </summary>
    public IList<ApiKey> Keys { get; } = [];
}

/// <summary>One key of the control API. Clients send it as <c>Authorization: Bearer KEY</c>.</summary>
public sealed class ApiKey
{
    /// <summary>Who uses it, for the audit log.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it may do.</summary>
    public ApiRole Role { get; set; }

    /// <summary>SHA-256 of the key, hexadecimal. Only the hash is configured, so that the configuration gives no access.</summary>
    public string Sha256 { get; set; } = "";
}

/// <summary>What a key may do; each role includes the ones before.</summary>
public enum ApiRole
{
    /// <summary>Look: list, status, log, models. Health, metrics and the description of the API need no key.</summary>
    Reader,

    /// <summary>Run: submit, start, stop, upload models.</summary>
    Operator,

    /// <summary>Remove jobs, savepoints and models.</summary>
    Admin,
}
