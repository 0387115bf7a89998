using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>
/// An aggregate function, for rolling and window steps alike. It says which parts are kept of its argument's values (functions of one argument share them) and makes its result of them.
/// One object serves all jobs and threads, and keeps nothing.
/// </summary>
public interface IAggregate
{
    /// <summary>Name in specs.</summary>
    string Name { get; }

    /// <summary>Whether it takes an argument; one without counts rows.</summary>
    bool TakesValue { get; }

    /// <summary>What is kept of the values, beside the number of events, which always is.</summary>
    AggregateParts Parts { get; }

    /// <summary>Whether it has no value over no events; otherwise that is 0.</summary>
    bool IsNullOfNothing { get; }

    /// <summary>Type of the result for arguments of a type: a number or bool.</summary>
    ColumnType ResultType(ColumnType value);

    /// <summary>Writes the result into a row of its column, where no null is set. Not for no events where that has no value.</summary>
    void Write(in PartialAggregate events, Column target, int row);
}

/// <summary>Parts that can be kept of values. Each costs one word of 64 bits a key and chunk or window, the mean of longs two.</summary>
[Flags]
public enum AggregateParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Sum: of doubles a double, of anything else a long; both stop at the ends of their range.</summary>
    Sum = 1,

    /// <summary>Arithmetic mean, a number also where the sum has stopped.</summary>
    Mean = 2,

    /// <summary>Sum of the squared distances from the mean.</summary>
    Squares = 4 | Mean,

    /// <summary>Smallest value.</summary>
    Min = 8,

    /// <summary>Largest value.</summary>
    Max = 16,
}
