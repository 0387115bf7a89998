using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>Remainder of longs with the sign of the left one; null where the right one is zero.</summary>
public sealed class LongRemainder(Expression left, Expression right, bool partial) : Expression(ColumnType.Long, left.Nullable || right.Nullable || partial)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var (a, b) = (left.Values(batch), right.Values(batch));
        var x = Cells.Of<long>(a, batch.Count);
        var y = Cells.Of<long>(b, batch.Count);
        var results = Cells.Of<long>(target, batch.Count);
        // Zero, and minus one because long.MinValue % -1 traps, are divided by one: the remainder of minus one is zero as well.
        for (var i = 0; i < results.Length; i++) results[i] = x[i] % (y[i] is 0 or -1 ? 1 : y[i]);
        Cells.TakeNulls(target, a, b, batch.Count);
        if (!partial) return;
        for (var i = 0; i < y.Length; i++)
            if (y[i] == 0) target.SetNull(i);
    }

    public override Expression Copy() => new LongRemainder(left.Copy(), right.Copy(), partial);
}
