namespace StreamGrains.Engine.Aggregates;

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
