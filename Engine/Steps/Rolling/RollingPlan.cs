using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Steps.Rolling;

/// <summary>Aggregates over the recent past of each row's key.</summary>
/// <param name="Id">Step id.</param>
/// <param name="KeyColumn">Column that the stage is partitioned by.</param>
/// <param name="Values">Distinct argument expressions that the features aggregate, evaluated once per row and kept per event; numeric or bool, not nullable.</param>
/// <param name="Features">One output column each.</param>
public sealed record RollingPlan(string Id, int KeyColumn, IReadOnlyList<Expression> Values, IReadOnlyList<RollingFeature> Features) : StepPlan(Id)
{
    /// <summary>Hash of everything that decides what the state means.</summary>
    public UInt128 StateFingerprint { get; init; }

    /// <inheritdoc/>
    public override RowLayout Output(RowLayout rows) => rows;

    /// <inheritdoc/>
    public override KeptState State(RowLayout rows) =>
        new(rows.Columns[KeyColumn], StateFingerprint, [.. Features.Select(f => rows.Columns[f.Column].Name)], Features.Max(f => f.OverMs + f.DelayMs));

    /// <inheritdoc/>
    public override IReadOnlyList<StepOutput> Writes => [];

    internal override Operator Open(StepSetup at) => new RollingOperator(this, at.Rows, at.Context);
}

/// <summary>
/// Aggregate of one key's events in (t - delay - over, t - delay], t being the row's event time, the row itself included.
/// </summary>
/// <param name="Column">Output column: long for count, and for sum, min and max of long or bool; double otherwise. Nullable for min and max with a delay.</param>
/// <param name="Function">Aggregate.</param>
/// <param name="Value">Index into <see cref="RollingPlan.Values"/>, or -1 for count.</param>
/// <param name="OverMs">Length of the window.</param>
/// <param name="DelayMs">How long ago the window ends.</param>
public sealed record RollingFeature(int Column, IAggregate Function, int Value, long OverMs, long DelayMs);
