using System.Diagnostics;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Aggregates;

/// <summary>
/// How partial aggregates of several values lie in 64-bit words, and the arithmetic on them.
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
    private const double Narrow = 1.0 / (1UL << 32) / (1UL << 32), TinySum = 1e-250;

    private readonly Value[] values;

    /// <param name="types">Type of each value: double, or anything kept as a long.</param>
    /// <param name="used">Every function asked of a value, as (function, value); value -1 for a count.</param>
    public AggregateLayout(IReadOnlyList<ColumnType> types, IEnumerable<(AggregateFunction Function, int Value)> used)
    {
        values = [.. types.Select(t => new Value { IsDouble = t == ColumnType.Double })];
        foreach (var (function, value) in used)
        {
            if (value < 0) continue;
            ref var v = ref values[value];
            v.NeedsMean |= function is AggregateFunction.Avg or AggregateFunction.StdDev;
            v.NeedsSum |= function is AggregateFunction.Sum || (v.NeedsMean && v.IsDouble);
            v.NeedsSquares |= function is AggregateFunction.StdDev;
            v.NeedsMin |= function is AggregateFunction.Min;
            v.NeedsMax |= function is AggregateFunction.Max;
        }
        Words = 1;
        for (var i = 0; i < values.Length; i++)
        {
            ref var v = ref values[i];
            v.Sum = v.NeedsSum ? Words++ : -1;
            v.Wide = v.NeedsMean ? Words : -1;
            Words += !v.NeedsMean ? 0 : v.IsDouble ? 1 : 2;
            v.Squares = v.NeedsSquares ? Words++ : -1;
            v.Min = v.NeedsMin ? Words++ : -1;
            v.Max = v.NeedsMax ? Words++ : -1;
        }
    }

    /// <summary>Words of one partial aggregate. All zero is the aggregate of no events.</summary>
    public int Words { get; }

    /// <summary>Number of values an event has.</summary>
    public int Values => values.Length;

    /// <summary>Adds one event; value i is at <c>event[i * step]</c>.</summary>
    public void Add(Span<long> words, ReadOnlySpan<long> @event, int step = 1)
    {
        var before = words[0]++;
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var v = ref values[i];
            var bits = @event[i * step];
            var x = v.IsDouble ? BitConverter.Int64BitsToDouble(bits) : bits;
            if (v.NeedsSquares)
            {
                var fromOldMean = before == 0 ? 0 : x - MeanOf(words, v, before);
                Count(words, v, bits);
                var fromNewMean = x - MeanOf(words, v, before + 1);
                AddSquares(words, v, Finite.Of(fromOldMean) * Finite.Of(fromNewMean));
            }
            else Count(words, v, bits);
            if (v.NeedsMin && (before == 0 || Less(v, bits, words[v.Min]))) words[v.Min] = bits;
            if (v.NeedsMax && (before == 0 || Less(v, words[v.Max], bits))) words[v.Max] = bits;
        }
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
        double n = words[0], m = other[0];
        for (var i = 0; i < values.Length; i++)
        {
            ref readonly var v = ref values[i];
            if (v.NeedsSquares)
            {
                var apart = Finite.Of(MeanOf(other, v, m) - MeanOf(words, v, n));
                AddSquares(words, v, GetDouble(other, v.Squares));
                AddSquares(words, v, apart * apart * (n * m / (n + m)));
            }
            if (v.NeedsSum) AddSum(words, v, other[v.Sum]);
            if (v.NeedsMean) AddWide(words, v, other);
            if (v.NeedsMin && Less(v, other[v.Min], words[v.Min])) words[v.Min] = other[v.Min];
            if (v.NeedsMax && Less(v, words[v.Max], other[v.Max])) words[v.Max] = other[v.Max];
        }
        words[0] += other[0];
    }

    /// <summary>Writes the result of a function into a row of its column.</summary>
    public void Result(ReadOnlySpan<long> words, AggregateFunction function, int value, Column target, int row)
    {
        var count = words[0];
        if (target.HasNulls) target.Nulls[row] = false;
        if (function == AggregateFunction.Count)
        {
            Debug.Assert(target.Type == ColumnType.Long);
            target.Longs[row] = count;
            return;
        }
        ref readonly var v = ref values[value];
        switch (function)
        {
            case AggregateFunction.Avg:
                target.Doubles[row] = count == 0 ? 0 : MeanOf(words, v, count);
                break;
            case AggregateFunction.StdDev:
                target.Doubles[row] = count < 2 ? 0 : Math.Sqrt(GetDouble(words, v.Squares) / (count - 1));
                break;
            case AggregateFunction.Sum:
                SetBits(target, row, v, words[v.Sum]);
                break;
            default:
                if (count == 0) target.SetNull(row);
                else SetBits(target, row, v, words[function == AggregateFunction.Min ? v.Min : v.Max]);
                break;
        }
    }

    /// <summary>The same result as a number, for people: null where there is none, a long beyond 2^53 rounded. Not for rows: it allocates.</summary>
    public double? Number(ReadOnlySpan<long> words, AggregateFunction function, int value, ColumnType type)
    {
        var column = new Column(type);
        column.EnsureCapacity(1);
        Result(words, function, value, column, 0);
        return column.IsNull(0) ? null : column.AsDouble(0);
    }

    /// <summary>The bits under which a row's value is kept.</summary>
    public static long BitsOf(Column column, int row) =>
        column.Type == ColumnType.Double ? BitConverter.DoubleToInt64Bits(column.Doubles[row]) : column.Longs[row];

    private static void SetBits(Column target, int row, in Value v, long bits)
    {
        if (v.IsDouble) target.Doubles[row] = BitConverter.Int64BitsToDouble(bits);
        else target.Longs[row] = bits;
    }

    private static void Count(Span<long> words, in Value v, long bits)
    {
        if (v.NeedsSum) AddSum(words, v, bits);
        if (!v.NeedsMean) return;
        if (v.IsDouble) SetDouble(words, v.Wide, GetDouble(words, v.Wide) + BitConverter.Int64BitsToDouble(bits) * Narrow);
        else SetWide(words, v, WideOf(words, v) + bits);
    }

    private static void AddWide(Span<long> words, in Value v, ReadOnlySpan<long> other)
    {
        if (v.IsDouble) SetDouble(words, v.Wide, GetDouble(words, v.Wide) + GetDouble(other, v.Wide));
        else SetWide(words, v, WideOf(words, v) + WideOf(other, v));
    }

    private static double MeanOf(ReadOnlySpan<long> words, in Value v, double count)
    {
        if (!v.IsDouble) return (double)WideOf(words, v) / count;
        // Scaling by a power of two is exact, so both give the same bits, but for tiny sums, of which the wide one has lost digits, and for those that have stopped.
        var sum = GetDouble(words, v.Sum);
        return Math.Abs(sum) < TinySum ? sum / count : Finite.Of(GetDouble(words, v.Wide) / count / Narrow);
    }

    private static Int128 WideOf(ReadOnlySpan<long> words, in Value v) => new((ulong)words[v.Wide + 1], (ulong)words[v.Wide]);

    private static void SetWide(Span<long> words, in Value v, Int128 sum)
    {
        words[v.Wide] = (long)(ulong)(sum & ulong.MaxValue);
        words[v.Wide + 1] = (long)(sum >> 64);
    }

    private static void AddSum(Span<long> words, in Value v, long bits)
    {
        if (v.IsDouble) SetDouble(words, v.Sum, Finite.Of(GetDouble(words, v.Sum) + BitConverter.Int64BitsToDouble(bits)));
        else words[v.Sum] = AddLong.Apply(words[v.Sum], bits);
    }

    private static void AddSquares(Span<long> words, in Value v, double squares) =>
        SetDouble(words, v.Squares, Finite.Of(GetDouble(words, v.Squares) + Math.Max(0, squares)));

    private static bool Less(in Value v, long a, long b) =>
        v.IsDouble ? BitConverter.Int64BitsToDouble(a) < BitConverter.Int64BitsToDouble(b) : a < b;

    private static double GetDouble(ReadOnlySpan<long> words, int at) => BitConverter.Int64BitsToDouble(words[at]);

    private static void SetDouble(Span<long> words, int at, double value) => words[at] = BitConverter.DoubleToInt64Bits(value);

    private struct Value
    {
        public bool IsDouble, NeedsSum, NeedsMean, NeedsSquares, NeedsMin, NeedsMax;
        public int Sum, Wide, Squares, Min, Max;
    }
}
