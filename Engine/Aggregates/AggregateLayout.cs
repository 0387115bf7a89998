using System.Diagnostics;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>
/// How partial aggregates of several values lie in 64-bit words.
/// <code>
/// word 0            number of events
/// then per value    sum, wide sum, mean's squared distances (M2), min, max: each only if a function asks for it
/// </code>
/// Sums, minima and maxima of longs are longs (sums saturate), everything else is the bits of a double.
/// Double sums stop at the largest and smallest double, as expressions do, and so does M2: no result is infinite or NaN. M2 never falls, however
/// rounding turns out. A mean is a number also where the sum is none any more, so means have a wide sum: of longs 128 bits, exact; of doubles the sum
/// of the values times 2^-64.
/// Adding one event and merging two partials follow Welford 1962 and Chan, Golub, LeVeque 1979, so a variance never subtracts large squares.
/// </summary>
internal sealed class AggregateLayout
{
    private readonly ValueLayout[] values;

    /// <param name="types">Type of each value: double, or anything kept as a long.</param>
    /// <param name="used">Every function asked of a value, as (function, value); value -1 for one without an argument.</param>
    public AggregateLayout(IReadOnlyList<ColumnType> types, IEnumerable<(IAggregate Function, int Value)> used)
    {
        var parts = new AggregateParts[types.Count];
        foreach (var (function, value) in used)
            if (value >= 0) parts[value] |= function.Parts;
        values = new ValueLayout[types.Count];
        var words = 1;
        for (var i = 0; i < values.Length; i++) values[i] = new ValueLayout(types[i], parts[i], ref words);
        Words = words;
    }

    /// <summary>Words of one partial aggregate. All zero is the aggregate of no events.</summary>
    public int Words { get; }

    /// <summary>Number of values an event has.</summary>
    public int Values => values.Length;

    /// <summary>Adds one event; value i is at <c>event[i * step]</c>.</summary>
    public void Add(Span<long> words, ReadOnlySpan<long> @event, int step = 1)
    {
        var before = words[0]++;
        for (var i = 0; i < values.Length; i++) values[i].Add(words, @event[i * step], before);
    }

    /// <summary>Adds the events of <paramref name="other"/> to <paramref name="words"/>.</summary>
    public void Merge(Span<long> words, ReadOnlySpan<long> other)
    {
        if (other[0] == 0) return;
        if (words[0] == 0)
        {
            other.CopyTo(words);
            return;
        }
        for (var i = 0; i < values.Length; i++) values[i].Merge(words, words[0], other, other[0]);
        words[0] += other[0];
    }

    /// <summary>Writes the result of a function into a row of its column.</summary>
    public void Result(ReadOnlySpan<long> words, IAggregate function, int value, Column target, int row)
    {
        Debug.Assert(function.TakesValue == value >= 0, "a function has the argument that it takes");
        if (words[0] == 0 && function.IsNullOfNothing)
        {
            target.SetNull(row);
            return;
        }
        if (target.HasNulls) target.Nulls[row] = false;
        function.Write(new PartialAggregate(words, value < 0 ? default : values[value]), target, row);
    }

    /// <summary>The same result as a number, for people: null where there is none, a long beyond 2^53 rounded. Not for rows: it allocates.</summary>
    public double? Number(ReadOnlySpan<long> words, IAggregate function, int value, ColumnType type)
    {
        var column = new Column(type);
        column.EnsureCapacity(1);
        Result(words, function, value, column, 0);
        return column.IsNull(0) ? null : column.AsDouble(0);
    }

    /// <summary>The bits under which a row's value is kept.</summary>
    public static long BitsOf(Column column, int row) =>
        column.Type == ColumnType.Double ? BitConverter.DoubleToInt64Bits(column.Doubles[row]) : column.Longs[row];
}
