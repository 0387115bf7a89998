using System.Collections.Frozen;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>Whether a number, timestamp or truth value is one of a set; null gives null.</summary>
public sealed class InSet<T>(Expression operand, FrozenSet<T> set) : Expression(ColumnType.Bool, operand.Nullable)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        var values = Cells.Of<T>(column, batch.Count);
        var results = Cells.Of<long>(target, batch.Count);
        for (var i = 0; i < results.Length; i++) results[i] = set.Contains(values[i]) ? 1 : 0;
        Cells.TakeNulls(target, column, batch.Count);
    }

    public override Expression Copy() => new InSet<T>(operand.Copy(), set);
}

/// <summary>Whether a text is one of a set; null gives null. <paramref name="sorted"/> is in the order of <see cref="Compare"/>.</summary>
public sealed class InTexts(Expression operand, byte[][] sorted) : Expression(ColumnType.Bool, operand.Nullable)
{
    /// <summary>The order of the set: by bytes.</summary>
    public static int Compare(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b);

    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        var results = Cells.Of<long>(target, batch.Count);
        for (var i = 0; i < results.Length; i++) results[i] = Contains(batch.Text[column.Texts[i]]) ? 1 : 0;
        Cells.TakeNulls(target, column, batch.Count);
    }

    private bool Contains(ReadOnlySpan<byte> text)
    {
        var (low, high) = (0, sorted.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = text.SequenceCompareTo(sorted[middle]);
            if (order == 0) return true;
            if (order < 0) high = middle - 1;
            else low = middle + 1;
        }
        return false;
    }

    public override Expression Copy() => new InTexts(operand.Copy(), sorted);
}
