namespace StreamGrains.Contracts.Steps;

/// <summary>One step of a job: exactly one of the properties is set.</summary>
public sealed record StepSpec
{
    /// <summary>Reads the source of this name; the first step.</summary>
    public string? From { get; init; }

    /// <summary>Keeps the rows for which this expression is true.</summary>
    public string? Filter { get; init; }

    /// <summary>Keeps the rows of a share of the keys.</summary>
    public SampleSpec? Sample { get; init; }

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
