namespace StreamGrains.Contracts.Steps;

/// <summary>Aggregates per key and event-time window. The result has the key, window_start, window_end and the aggregates.</summary>
public sealed record WindowSpec
{
    /// <summary>Length of windows that follow one another; this or hopping.</summary>
    public TimeSpan? Tumbling { get; init; }

    /// <summary>Windows that overlap; this or tumbling.</summary>
    public HoppingSpec? Hopping { get; init; }

    /// <summary>Aggregates such as sum(amount), by column name.</summary>
    public required OrderedDictionary<string, string> Aggregates { get; init; }

    /// <summary>What happens to rows whose every window is closed; drop by default, which also counts them.</summary>
    public LateSpec Late { get; init; } = new();
}

/// <summary>Windows of one length that start at multiples of a shorter distance.</summary>
public sealed record HoppingSpec
{
    /// <summary>Length of a window; a multiple of the distance.</summary>
    public required TimeSpan Size { get; init; }

    /// <summary>Distance between the starts of windows.</summary>
    public required TimeSpan Every { get; init; }
}

/// <summary>What happens to late rows: the text drop, or a topic.</summary>
public sealed record LateSpec
{
    /// <summary>Topic that late rows are written to, all columns, as JSON; null drops them.</summary>
    public string? Topic { get; init; }
}
