using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Steps.Sink;

namespace StreamGrains.Engine.Steps.Window;

/// <summary>Aggregates per key and event-time window; rows end here, and a closed window becomes one row of a new layout.</summary>
/// <param name="Id">Step id.</param>
/// <param name="KeyColumn">Column that the stage is partitioned by.</param>
/// <param name="SizeMs">Window length.</param>
/// <param name="EveryMs">Distance of window starts: equal to the length for tumbling windows, smaller for hopping ones. Windows start at multiples of it since the epoch.</param>
/// <param name="Aggregates">Output columns; column, function and argument as in rolling steps, arguments evaluated on the input layout.</param>
/// <param name="Values">Distinct argument expressions.</param>
/// <param name="Results">Layout of the result: column 0 the key, 1 <c>window_start</c>, 2 <c>window_end</c>, then the aggregates and whatever later steps compute.</param>
/// <param name="Late">Where rows go whose every window is closed: null drops and counts them.</param>
public sealed record WindowPlan(
    string Id, int KeyColumn, long SizeMs, long EveryMs, IReadOnlyList<Expression> Values, IReadOnlyList<WindowAggregate> Aggregates,
    RowLayout Results, SinkPlan? Late) : StepPlan(Id)
{
    /// <summary>Hash of everything that decides what the state means.</summary>
    public UInt128 StateFingerprint { get; init; }

    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => Results;

    /// <inheritdoc/>
    public override KeptState State(RowLayout rows) =>
        new(rows.Columns[KeyColumn], StateFingerprint, [.. Aggregates.Select(a => Results.Columns[a.Column].Name)], CompleteAfterMs: null);

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => Late?.Writes ?? [];

    internal override Operator Open(StepSetup at) => new WindowOperator(this, at.Rows, at.Context);
}

/// <summary>One aggregate of a window.</summary>
public sealed record WindowAggregate(int Column, IAggregate Function, int Value);
