using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>A function of one value. A struct, so that the loop over a column is compiled for it without a call per row.</summary>
public interface IUnary<T, TResult>
{
    /// <summary>The result for one row; never throws. NaN means undefined where the kernel is told to look for it.</summary>
    static abstract TResult Apply(T value);
}

/// <summary>A function of two values; see <see cref="IUnary{T,TResult}"/>.</summary>
public interface IBinary<T, TResult>
{
    /// <summary>The result for one row; never throws. NaN means undefined where the kernel is told to look for it.</summary>
    static abstract TResult Apply(T left, T right);
}

/// <summary>Applies a function to each row; null gives null. With <paramref name="partial"/>, an undefined result (NaN) is null as well.</summary>
public sealed class Unary<T, TResult, TFunction>(ColumnType type, Expression operand, bool partial = false)
    : Expression(type, operand.Nullable || partial)
    where TFunction : struct, IUnary<T, TResult>
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        var values = Cells.Of<T>(column, batch.Count);
        var results = Cells.Of<TResult>(target, values.Length);
        for (var i = 0; i < results.Length; i++) results[i] = TFunction.Apply(values[i]);
        Cells.TakeNulls(target, column, batch.Count);
        if (partial) Cells.NullWhereNaN(target, batch.Count);
    }

    public override Expression Copy() => new Unary<T, TResult, TFunction>(Type, operand.Copy(), partial);
}

/// <summary>
/// Applies a function to each row's two values; a null on either side gives null. With <paramref name="partial"/>, an undefined result (NaN) is null as well.
/// </summary>
public sealed class Binary<T, TResult, TFunction>(ColumnType type, Expression left, Expression right, bool partial = false)
    : Expression(type, left.Nullable || right.Nullable || partial)
    where TFunction : struct, IBinary<T, TResult>
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var (a, b) = (left.Values(batch), right.Values(batch));
        var x = Cells.Of<T>(a, batch.Count);
        var y = Cells.Of<T>(b, x.Length);
        var results = Cells.Of<TResult>(target, x.Length);
        for (var i = 0; i < results.Length; i++) results[i] = TFunction.Apply(x[i], y[i]);
        Cells.TakeNulls(target, a, b, batch.Count);
        if (partial) Cells.NullWhereNaN(target, batch.Count);
    }

    public override Expression Copy() => new Binary<T, TResult, TFunction>(Type, left.Copy(), right.Copy(), partial);
}
