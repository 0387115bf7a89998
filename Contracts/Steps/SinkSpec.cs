namespace StreamGrains.Contracts.Steps;

/// <summary>Writes rows to a topic, or to an Orleans stream: one of the two.</summary>
public sealed record SinkSpec
{
    /// <summary>Topic name.</summary>
    public string? Topic { get; init; }

    /// <summary>The Orleans stream of each row; on silos only.</summary>
    public StreamSpec? Stream { get; init; }

    /// <summary>Which rows: an expression; all by default.</summary>
    public string? When { get; init; }

    /// <summary>Column whose text becomes the record's key in the topic; none by default.</summary>
    public string? Key { get; init; }

    /// <summary>Columns to write, in this order; all by default.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>How values are written; json by default.</summary>
    public string Format { get; init; } = "json";

    /// <summary>Whether the topic may be one that the job reads, so that its rows come back to it; false by default, and then that is refused.</summary>
    public bool Loop { get; init; }
}

/// <summary>Orleans streams: rows of one key are one stream.</summary>
public sealed record StreamSpec
{
    /// <summary>Name of the stream provider, as the silos have it.</summary>
    public required string Provider { get; init; }

    /// <summary>Namespace of the streams; grains subscribe to it.</summary>
    public required string Namespace { get; init; }

    /// <summary>Column whose text becomes the stream's key: a long or a string, not null.</summary>
    public required string Key { get; init; }
}
