using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>Arithmetic mean; 0 over no events.</summary>
public sealed class AvgAggregate : IAggregate
{
    /// <summary>The function, which keeps nothing.</summary>
    public static readonly AvgAggregate Instance = new();

    private AvgAggregate()
    {
    }

    /// <inheritdoc/>
    public string Name => "avg";

    /// <inheritdoc/>
    public bool TakesValue => true;

    /// <inheritdoc/>
    public AggregateParts Parts => AggregateParts.Mean;

    /// <inheritdoc/>
    public bool IsNullOfNothing => false;

    /// <inheritdoc/>
    public ColumnType ResultType(ColumnType value) => ColumnType.Double;

    /// <inheritdoc/>
    public void Write(in PartialAggregate events, Column target, int row) => target.Doubles[row] = events.Mean;
}
