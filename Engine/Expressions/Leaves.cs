using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>The value of a column of the batch.</summary>
public sealed class ColumnExpression(int index, ColumnType type, bool nullable) : Expression(type, nullable)
{
    /// <summary>Which column.</summary>
    public int Index => index;

    public override void Evaluate(RowBatch batch, Column target)
    {
        var (source, count) = (batch.Columns[index], batch.Count);
        switch (Type)
        {
            case ColumnType.Double: source.Doubles.AsSpan(0, count).CopyTo(target.Doubles); break;
            case ColumnType.String: source.Texts.AsSpan(0, count).CopyTo(target.Texts); break;
            default: source.Longs.AsSpan(0, count).CopyTo(target.Longs); break;
        }
        target.HasNulls = source.HasNulls;
        if (source.HasNulls) source.Nulls.AsSpan(0, count).CopyTo(target.Nulls);
    }

    internal override Column Values(RowBatch batch) => batch.Columns[index];

    public override Expression Copy() => new ColumnExpression(index, Type, Nullable);
}

/// <summary>The same number, truth value or timestamp for every row.</summary>
public sealed class Constant<T>(ColumnType type, T value) : Expression(type, false) where T : struct
{
    /// <summary>The value.</summary>
    public T Value => value;

    public override void Evaluate(RowBatch batch, Column target)
    {
        Cells.Of<T>(target, batch.Count).Fill(value);
        target.HasNulls = false;
    }

    public override Expression Copy() => new Constant<T>(Type, value);
}

/// <summary>The same text for every row.</summary>
public sealed class TextConstant(byte[] text) : Expression(ColumnType.String, false)
{
    /// <summary>The text as UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes => text;

    public override void Evaluate(RowBatch batch, Column target)
    {
        target.Texts.AsSpan(0, batch.Count).Fill(batch.Text.Append(text));
        target.HasNulls = false;
    }

    public override Expression Copy() => new TextConstant(text);
}

/// <summary>No value in any row.</summary>
public sealed class NullConstant(ColumnType type) : Expression(type, true)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        for (var i = 0; i < batch.Count; i++) target.SetNull(i);
    }

    public override Expression Copy() => new NullConstant(Type);
}
