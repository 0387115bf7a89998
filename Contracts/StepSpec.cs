namespace StreamGrains.Contracts;

/// <summary>One step of a job: exactly one of the properties is set.</summary>
public sealed record StepSpec
{
    /// <summary>Reads the source of this name; the first step.</summary>
    public string? From { get; init; }

    /// <summary>Keeps the rows for which this expression is true.</summary>
    public string? Filter { get; init; }

    /// <summary>Computes columns: an expression by column name; a later one may use an earlier one.</summary>
    public OrderedDictionary<string, string>? Derive { get; init; }

    /// <summary>Aggregates over the recent past of the row's key, the row included: avg(amount) over 30d delayed 7d, by column name.</summary>
    public OrderedDictionary<string, string>? Rolling { get; init; }

    /// <summary>Aggregates per key and event-time window; a closed window becomes one row.</summary>
    public WindowSpec? Window { get; init; }

    /// <summary>Brings together the rows of each value of this column, through an internal topic.</summary>
    public string? Key { get; init; }

    /// <summary>Scores every row with an ONNX model.</summary>
    public ScoreSpec? Score { get; init; }

    /// <summary>Writes rows to a topic, or to an Orleans stream; they also go on to the next step.</summary>
    public SinkSpec? To { get; init; }
}

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

/// <summary>Scores every row with a model.</summary>
public sealed record ScoreSpec
{
    /// <summary>The ONNX file, relative to the spec.</summary>
    public required string Model { get; init; }

    /// <summary>Columns in the order that the model takes them.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>
    /// What to take from the model, by column name: default, an output's name, or name[column]. Without it, the column score gets the default:
    /// the model's one output of numbers, and of two columns the second.
    /// </summary>
    public OrderedDictionary<string, string> Output { get; init; } = new() { ["score"] = "default" };
}

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
