using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>Number of events.</summary>
public sealed class CountAggregate : IAggregate
{
    /// <summary>The function, which keeps nothing.</summary>
    public static readonly CountAggregate Instance = new();

    private CountAggregate()
    {
    }

    /// <inheritdoc/>
    public string Name => "count";

    /// <inheritdoc/>
    public bool TakesValue => false;

    /// <inheritdoc/>
    public AggregateParts Parts => AggregateParts.None;

    /// <inheritdoc/>
    public bool IsNullOfNothing => false;

    /// <inheritdoc/>
    public ColumnType ResultType(ColumnType value) => ColumnType.Long;

    /// <inheritdoc/>
    public void Write(in PartialAggregate events, Column target, int row) => target.Longs[row] = events.Count;
}
