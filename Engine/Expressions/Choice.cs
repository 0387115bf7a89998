using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>One value where the condition is true, the other where it is false or null. Both are computed for every row.</summary>
public sealed class If<T>(Expression condition, Expression then, Expression otherwise) : Expression(then.Type, then.Nullable || otherwise.Nullable)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var (c, a, b) = (condition.Values(batch), then.Values(batch), otherwise.Values(batch));
        var test = Cells.Of<long>(c, batch.Count);
        var x = Cells.Of<T>(a, batch.Count);
        var y = Cells.Of<T>(b, batch.Count);
        var results = Cells.Of<T>(target, batch.Count);
        // A null condition holds 0.
        for (var i = 0; i < results.Length; i++) results[i] = test[i] != 0 ? x[i] : y[i];
        target.HasNulls = false;
        if (!a.HasNulls && !b.HasNulls) return;
        for (var i = 0; i < results.Length; i++)
            if ((test[i] != 0 ? a : b).IsNull(i)) target.SetNull(i);
    }

    public override Expression Copy() => new If<T>(condition.Copy(), then.Copy(), otherwise.Copy());
}

/// <summary>The first value where it is not null, otherwise the second.</summary>
public sealed class Coalesce<T>(Expression first, Expression second) : Expression(first.Type, first.Nullable && second.Nullable)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var (a, b) = (first.Values(batch), second.Values(batch));
        var x = Cells.Of<T>(a, batch.Count);
        var y = Cells.Of<T>(b, batch.Count);
        var results = Cells.Of<T>(target, batch.Count);
        x.CopyTo(results);
        target.HasNulls = false;
        if (!a.HasNulls) return;
        for (var i = 0; i < results.Length; i++)
        {
            if (!a.Nulls[i]) continue;
            if (b.IsNull(i)) target.SetNull(i);
            else results[i] = y[i];
        }
    }

    public override Expression Copy() => new Coalesce<T>(first.Copy(), second.Copy());
}
