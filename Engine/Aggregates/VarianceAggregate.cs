using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>Sample variance (n - 1); 0 below two events.</summary>
public sealed class VarianceAggregate : IAggregate
{
    /// <summary>The function, which keeps nothing.</summary>
    public static readonly VarianceAggregate Instance = new();

    private VarianceAggregate()
    {
    }

    /// <inheritdoc/>
    public string Name => "variance";

    /// <inheritdoc/>
    public bool TakesValue => true;

    /// <inheritdoc/>
    public AggregateParts Parts => AggregateParts.Squares;

    /// <inheritdoc/>
    public bool IsNullOfNothing => false;

    /// <inheritdoc/>
    public ColumnType ResultType(ColumnType value) => ColumnType.Double;

    /// <inheritdoc/>
    public void Write(in PartialAggregate events, Column target, int row) => target.Doubles[row] = events.Variance;
}
