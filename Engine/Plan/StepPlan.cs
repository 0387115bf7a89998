using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Plan;

/// <summary>One operator of a stage. <paramref name="Id"/> is unique in the job and stable for the same spec: it names the state.</summary>
public abstract record StepPlan(string Id)
{
    /// <summary>Steps that keep state: hash of everything that decides what it means. The state of a step of another spec fits where this is equal.</summary>
    public UInt128 Meaning { get; init; }
}

/// <summary>Keeps the rows for which the condition is true (null counts as false).</summary>
public sealed record FilterPlan(string Id, Expression Condition) : StepPlan(Id);

/// <summary>Computes columns, in order: a later one may read an earlier one.</summary>
public sealed record DerivePlan(string Id, IReadOnlyList<Assignment> Assignments) : StepPlan(Id);

/// <summary>Column <paramref name="Column"/> gets the value of <paramref name="Value"/>.</summary>
public sealed record Assignment(int Column, Expression Value);

/// <summary>Aggregates over the recent past of each row's key.</summary>
/// <param name="Id">Step id.</param>
/// <param name="KeyColumn">Column that the stage is partitioned by.</param>
/// <param name="Values">Distinct argument expressions that the features aggregate, evaluated once per row and kept per event; numeric or bool, not nullable.</param>
/// <param name="Features">One output column each.</param>
public sealed record RollingPlan(string Id, int KeyColumn, IReadOnlyList<Expression> Values, IReadOnlyList<RollingFeature> Features) : StepPlan(Id);

/// <summary>
/// Aggregate of one key's events in (t - delay - over, t - delay], t being the row's event time, the row itself included.
/// </summary>
/// <param name="Column">Output column: long for count, and for sum, min and max of long or bool; double otherwise. Nullable for min and max with a delay.</param>
/// <param name="Function">Aggregate.</param>
/// <param name="Value">Index into <see cref="RollingPlan.Values"/>, or -1 for count.</param>
/// <param name="OverMs">Length of the window.</param>
/// <param name="DelayMs">How long ago the window ends.</param>
public sealed record RollingFeature(int Column, AggregateFunction Function, int Value, long OverMs, long DelayMs);

/// <summary>Aggregates of rolling and window steps. Of an empty set: count, sum, avg and stddev are 0, min and max are null.</summary>
public enum AggregateFunction
{
    /// <summary>Number of events.</summary>
    Count,

    /// <summary>Sum; of longs a long, saturating.</summary>
    Sum,

    /// <summary>Arithmetic mean.</summary>
    Avg,

    /// <summary>Smallest value.</summary>
    Min,

    /// <summary>Largest value.</summary>
    Max,

    /// <summary>Sample standard deviation (n - 1); 0 below two events.</summary>
    StdDev,
}

/// <summary>Aggregates per key and event-time window; rows end here, and a closed window becomes one row of a new layout.</summary>
/// <param name="Id">Step id.</param>
/// <param name="KeyColumn">Column that the stage is partitioned by.</param>
/// <param name="SizeMs">Window length.</param>
/// <param name="EveryMs">Distance of window starts: equal to the length for tumbling windows, smaller for hopping ones. Windows start at multiples of it since the epoch.</param>
/// <param name="Aggregates">Output columns; column, function and argument as in rolling steps, arguments evaluated on the input layout.</param>
/// <param name="Values">Distinct argument expressions.</param>
/// <param name="Output">Layout of the result: column 0 the key, 1 <c>window_start</c>, 2 <c>window_end</c>, then the aggregates and whatever later steps compute.</param>
/// <param name="Late">Where rows go whose every window is closed: null drops and counts them.</param>
public sealed record WindowPlan(
    string Id, int KeyColumn, long SizeMs, long EveryMs, IReadOnlyList<Expression> Values, IReadOnlyList<WindowAggregate> Aggregates,
    RowLayout Output, SinkPlan? Late) : StepPlan(Id);

/// <summary>One aggregate of a window.</summary>
public sealed record WindowAggregate(int Column, AggregateFunction Function, int Value);

/// <summary>Scores every row with a model; failures per row become dead letters.</summary>
/// <param name="Id">Step id.</param>
/// <param name="Model">Path of the model file.</param>
/// <param name="Features">Columns in the order the model takes them.</param>
/// <param name="Outputs">Column for each chosen output, in the order of <see cref="OutputNames"/>.</param>
/// <param name="OutputNames">What to take from the model: an output's name, <c>name[column]</c>, or <c>default</c> as in <see cref="Ports.IModel.Check"/>.</param>
public sealed record ScorePlan(
    string Id, string Model, IReadOnlyList<int> Features, IReadOnlyList<int> Outputs, IReadOnlyList<string> OutputNames) : StepPlan(Id);

/// <summary>Writes rows to a topic; rows also go on to the next step.</summary>
/// <param name="Id">Step id.</param>
/// <param name="Topic">Topic name.</param>
/// <param name="Format">How values are written.</param>
/// <param name="When">Which rows; null for all.</param>
/// <param name="KeyColumn">Column whose text becomes the key, or -1 for no key.</param>
/// <param name="Fields">Columns to write, in order.</param>
public sealed record SinkPlan(string Id, string Topic, RecordFormat Format, Expression? When, int KeyColumn, IReadOnlyList<int> Fields) : StepPlan(Id)
{
    /// <summary>Where the records of the topic go on to, which is then one of the job's own; null when others read the topic. Nothing to whoever writes it.</summary>
    public StreamTarget? Stream { get; init; }
}

/// <summary>Orleans streams of a provider; a record's key is the stream's.</summary>
/// <param name="Provider">Name of the provider.</param>
/// <param name="Namespace">Namespace of the streams.</param>
public sealed record StreamTarget(string Provider, string Namespace);

/// <summary>Ends the stage: rows go to the partition of their new key, through an internal topic of column blocks.</summary>
/// <param name="Id">Step id.</param>
/// <param name="Topic">Internal topic.</param>
/// <param name="KeyColumn">Column with the new key.</param>
/// <param name="Columns">Columns that later stages use, in the order of the block.</param>
public sealed record ExchangePlan(string Id, string Topic, int KeyColumn, IReadOnlyList<int> Columns) : StepPlan(Id);
