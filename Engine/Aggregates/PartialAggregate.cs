using System.Diagnostics;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Aggregates;

/// <summary>What is kept of one argument over some events, as its functions read it: only the parts that they have asked for are there.</summary>
public readonly ref struct PartialAggregate
{
    private readonly ReadOnlySpan<long> words;
    private readonly ValueLayout layout;

    internal PartialAggregate(ReadOnlySpan<long> words, in ValueLayout layout)
    {
        this.words = words;
        this.layout = layout;
    }

    /// <summary>Number of events.</summary>
    public long Count => words[0];

    /// <summary>Arithmetic mean; 0 of no events.</summary>
    public double Mean => Count == 0 ? 0 : layout.MeanOf(words, Count);

    /// <summary>Sample variance (n - 1), from the sum of the squared distances from the mean; 0 below two events.</summary>
    public double Variance => Count < 2 ? 0 : BitConverter.Int64BitsToDouble(words[layout.Squares]) / (Count - 1);

    /// <summary>Writes the sum.</summary>
    public void WriteSum(Column target, int row) => WriteBits(words[layout.Sum], target, row);

    /// <summary>Writes the smallest value.</summary>
    public void WriteMin(Column target, int row) => WriteBits(words[layout.Min], target, row);

    /// <summary>Writes the largest value.</summary>
    public void WriteMax(Column target, int row) => WriteBits(words[layout.Max], target, row);

    private void WriteBits(long bits, Column target, int row)
    {
        Debug.Assert(layout.IsDouble == (target.Type == ColumnType.Double), "a sum and an extreme have the type of their values");
        if (layout.IsDouble) target.Doubles[row] = BitConverter.Int64BitsToDouble(bits);
        else target.Longs[row] = bits;
    }
}
