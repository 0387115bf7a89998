using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>Smallest value; none over no events.</summary>
public sealed class MinAggregate : IAggregate
{
    /// <summary>The function, which keeps nothing.</summary>
    public static readonly MinAggregate Instance = new();

    private MinAggregate()
    {
    }

    /// <inheritdoc/>
    public string Name => "min";

    /// <inheritdoc/>
    public bool TakesValue => true;

    /// <inheritdoc/>
    public AggregateParts Parts => AggregateParts.Min;

    /// <inheritdoc/>
    public bool IsNullOfNothing => true;

    /// <inheritdoc/>
    public ColumnType ResultType(ColumnType value) => value == ColumnType.Double ? ColumnType.Double : ColumnType.Long;

    /// <inheritdoc/>
    public void Write(in PartialAggregate events, Column target, int row) => events.WriteMin(target, row);
}
