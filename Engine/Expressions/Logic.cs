using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>
/// Three-valued and, or: a false side makes and false, a true side makes or true, whatever the other is; otherwise a null side makes null.
/// </summary>
public sealed class AndOr(bool and, Expression left, Expression right) : Expression(ColumnType.Bool, left.Nullable || right.Nullable)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var (a, b) = (left.Values(batch), right.Values(batch));
        var x = Cells.Of<long>(a, batch.Count);
        var y = Cells.Of<long>(b, batch.Count);
        var results = Cells.Of<long>(target, batch.Count);
        if (and)
            for (var i = 0; i < results.Length; i++) results[i] = x[i] & y[i];
        else
            for (var i = 0; i < results.Length; i++) results[i] = x[i] | y[i];
        target.HasNulls = false;
        if (a.HasNulls || b.HasNulls) MarkNulls(a, b, target, batch.Count);
    }

    /// <summary>A null side counts as 0 in the loops above: right for or where the result is 1, and for and where a side is a true 0.</summary>
    private void MarkNulls(Column a, Column b, Column target, int count)
    {
        var deciding = and ? 0 : 1;
        for (var i = 0; i < count; i++)
        {
            var (aNull, bNull) = (a.IsNull(i), b.IsNull(i));
            var decided = (!aNull && a.Longs[i] == deciding) || (!bNull && b.Longs[i] == deciding);
            if ((aNull || bNull) && !decided) target.SetNull(i);
        }
    }

    public override Expression Copy() => new AndOr(and, left.Copy(), right.Copy());
}

public struct Not : IUnary<long, long>
{
    public static long Apply(long value) => value ^ 1;
}

/// <summary>Whether the operand is null; never null itself.</summary>
public sealed class IsNull(Expression operand, bool negated) : Expression(ColumnType.Bool, false)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        var results = Cells.Of<long>(target, batch.Count);
        target.HasNulls = false;
        results.Fill(negated ? 1 : 0);
        if (!column.HasNulls) return;
        for (var i = 0; i < results.Length; i++) results[i] = column.Nulls[i] != negated ? 1 : 0;
    }

    public override Expression Copy() => new IsNull(operand.Copy(), negated);
}
