namespace StreamGrains.Client;

/// <summary>What follows from a <see cref="StreamGrainsException"/>.</summary>
public enum ProblemKind
{
    /// <summary>There is no such job or model.</summary>
    NotFound,

    /// <summary>The request has mistakes; sent again as it is, it is refused again.</summary>
    Invalid,

    /// <summary>The request does not fit the state that the job is in.</summary>
    Conflict,

    /// <summary>Something that the server needs does not answer at the moment: try again later.</summary>
    Unavailable,

    /// <summary>The server wants an API key, or does not know this one.</summary>
    Unauthorized,

    /// <summary>The API key may not do this.</summary>
    Forbidden,

    /// <summary>The server does not answer.</summary>
    Unreachable,

    /// <summary>An answer that was not foreseen: a server's failure, or something else than a StreamGrains server.</summary>
    Unexpected,
}
