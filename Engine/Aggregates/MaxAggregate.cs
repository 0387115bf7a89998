using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>Largest value; none over no events.</summary>
public sealed class MaxAggregate : IAggregate
{
    /// <summary>The function, which keeps nothing.</summary>
    public static readonly MaxAggregate Instance = new();

    private MaxAggregate()
    {
    }

    /// <inheritdoc/>
    public string Name => "max";

    /// <inheritdoc/>
    public bool TakesValue => true;

    /// <inheritdoc/>
    public AggregateParts Parts => AggregateParts.Max;

    /// <inheritdoc/>
    public bool IsNullOfNothing => true;

    /// <inheritdoc/>
    public ColumnType ResultType(ColumnType value) => value == ColumnType.Double ? ColumnType.Double : ColumnType.Long;

    /// <inheritdoc/>
    public void Write(in PartialAggregate events, Column target, int row) => events.WriteMax(target, row);
}
