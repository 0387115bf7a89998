using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Aggregates;

/// <summary>Where the parts of one value lie among the words of a partial aggregate, -1 for those that nobody asked for, and the arithmetic on them.</summary>
internal readonly struct ValueLayout
{
    private const double Narrow = 1.0 / (1UL << 32) / (1UL << 32), TinySum = 1e-250;

    /// <param name="type">Type of the value: double, or anything kept as a long.</param>
    /// <param name="parts">What is asked for.</param>
    /// <param name="words">The next free word; moved behind the value's.</param>
    public ValueLayout(ColumnType type, AggregateParts parts, ref int words)
    {
        IsDouble = type == ColumnType.Double;
        var mean = parts.HasFlag(AggregateParts.Mean);
        // The mean of doubles that are tiny needs their sum beside the wide one.
        Sum = parts.HasFlag(AggregateParts.Sum) || (mean && IsDouble) ? words++ : -1;
        Wide = mean ? words : -1;
        words += !mean ? 0 : IsDouble ? 1 : 2;
        Squares = parts.HasFlag(AggregateParts.Squares) ? words++ : -1;
        Min = parts.HasFlag(AggregateParts.Min) ? words++ : -1;
        Max = parts.HasFlag(AggregateParts.Max) ? words++ : -1;
    }

    public bool IsDouble { get; }

    public int Sum { get; }

    public int Wide { get; }

    public int Squares { get; }

    public int Min { get; }

    public int Max { get; }

    /// <summary>Adds the value of one event to what is kept of the <paramref name="before"/> events before it.</summary>
    public void Add(Span<long> words, long bits, long before)
    {
        if (Squares >= 0)
        {
            var x = IsDouble ? BitConverter.Int64BitsToDouble(bits) : bits;
            var fromOldMean = before == 0 ? 0 : x - MeanOf(words, before);
            AddToSums(words, bits);
            AddSquares(words, Finite.Of(fromOldMean) * Finite.Of(x - MeanOf(words, before + 1)));
        }
        else AddToSums(words, bits);
        if (Min >= 0 && (before == 0 || Less(bits, words[Min]))) words[Min] = bits;
        if (Max >= 0 && (before == 0 || Less(words[Max], bits))) words[Max] = bits;
    }

    /// <summary>Adds what is kept of <paramref name="m"/> events to that of <paramref name="n"/>; neither is 0.</summary>
    public void Merge(Span<long> words, double n, ReadOnlySpan<long> other, double m)
    {
        if (Squares >= 0)
        {
            var apart = Finite.Of(MeanOf(other, m) - MeanOf(words, n));
            AddSquares(words, GetDouble(other, Squares));
            AddSquares(words, apart * apart * (n * m / (n + m)));
        }
        if (Sum >= 0) AddSum(words, other[Sum]);
        if (Wide >= 0 && IsDouble) SetDouble(words, Wide, GetDouble(words, Wide) + GetDouble(other, Wide));
        else if (Wide >= 0) SetWide(words, WideOf(words) + WideOf(other));
        if (Min >= 0 && Less(other[Min], words[Min])) words[Min] = other[Min];
        if (Max >= 0 && Less(words[Max], other[Max])) words[Max] = other[Max];
    }

    /// <summary>The mean of so many events.</summary>
    public double MeanOf(ReadOnlySpan<long> words, double count)
    {
        if (!IsDouble) return (double)WideOf(words) / count;
        // Scaling by a power of two is exact, so both give the same bits, but for tiny sums, of which the wide one has lost digits, and for those that have stopped.
        var sum = GetDouble(words, Sum);
        return Math.Abs(sum) < TinySum ? sum / count : Finite.Of(GetDouble(words, Wide) / count / Narrow);
    }

    private void AddToSums(Span<long> words, long bits)
    {
        if (Sum >= 0) AddSum(words, bits);
        if (Wide < 0) return;
        if (IsDouble) SetDouble(words, Wide, GetDouble(words, Wide) + BitConverter.Int64BitsToDouble(bits) * Narrow);
        else SetWide(words, WideOf(words) + bits);
    }

    private void AddSum(Span<long> words, long bits)
    {
        if (IsDouble) SetDouble(words, Sum, Finite.Of(GetDouble(words, Sum) + BitConverter.Int64BitsToDouble(bits)));
        else words[Sum] = AddLong.Apply(words[Sum], bits);
    }

    private void AddSquares(Span<long> words, double squares) => SetDouble(words, Squares, Finite.Of(GetDouble(words, Squares) + Math.Max(0, squares)));

    private Int128 WideOf(ReadOnlySpan<long> words) => new((ulong)words[Wide + 1], (ulong)words[Wide]);

    private void SetWide(Span<long> words, Int128 sum)
    {
        words[Wide] = (long)(ulong)(sum & ulong.MaxValue);
        words[Wide + 1] = (long)(sum >> 64);
    }

    private bool Less(long a, long b) => IsDouble ? BitConverter.Int64BitsToDouble(a) < BitConverter.Int64BitsToDouble(b) : a < b;

    private static double GetDouble(ReadOnlySpan<long> words, int at) => BitConverter.Int64BitsToDouble(words[at]);

    private static void SetDouble(Span<long> words, int at, double value) => words[at] = BitConverter.DoubleToInt64Bits(value);
}
