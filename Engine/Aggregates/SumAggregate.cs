using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>Sum; of longs a long, and of bools the number of trues. It stops at the largest and smallest value of its type. 0 over no events.</summary>
public sealed class SumAggregate : IAggregate
{
    /// <summary>The function, which keeps nothing.</summary>
    public static readonly SumAggregate Instance = new();

    private SumAggregate()
    {
    }

    /// <inheritdoc/>
    public string Name => "sum";

    /// <inheritdoc/>
    public bool TakesValue => true;

    /// <inheritdoc/>
    public AggregateParts Parts => AggregateParts.Sum;

    /// <inheritdoc/>
    public bool IsNullOfNothing => false;

    /// <inheritdoc/>
    public ColumnType ResultType(ColumnType value) => value == ColumnType.Double ? ColumnType.Double : ColumnType.Long;

    /// <inheritdoc/>
    public void Write(in PartialAggregate events, Column target, int row) => events.WriteSum(target, row);
}
