using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

/// <summary>A batch made of plain values, and results read back as such: long, double, bool, string or null.</summary>
internal static class Rows
{
    /// <summary>A batch with one column for each array.</summary>
    public static RowBatch Of(params (ColumnType Type, object?[] Values)[] columns)
    {
        var batch = new RowBatch(new RowLayout([.. columns.Select((c, i) => new ColumnDef($"c{i}", c.Type, true))]));
        batch.EnsureCapacity(columns[0].Values.Length);
        batch.Count = columns[0].Values.Length;
        for (var c = 0; c < columns.Length; c++)
            for (var row = 0; row < batch.Count; row++) Set(batch, batch.Columns[c], row, columns[c].Values[row]);
        return batch;
    }

    /// <summary>Reads column <paramref name="index"/> of a batch made by <see cref="Of"/>.</summary>
    public static Expression Column(RowBatch batch, int index) => new ColumnExpression(index, batch.Columns[index].Type, batch.Columns[index].HasNulls);

    /// <summary>The values of an expression. The target starts out full of rubbish, as one that is used again does.</summary>
    public static object?[] Values(Expression expression, RowBatch batch)
    {
        var target = new Column(expression.Type);
        target.EnsureCapacity(batch.Count);
        Array.Fill(target.Longs, -7);
        Array.Fill(target.Doubles, double.NaN);
        Array.Fill(target.Texts, new ByteSlice(1, 1));
        Array.Fill(target.Nulls, true);
        target.HasNulls = true;
        expression.Evaluate(batch, target);
        return [.. Enumerable.Range(0, batch.Count).Select(row => Get(batch, target, row))];
    }

    private static void Set(RowBatch batch, Column column, int row, object? value)
    {
        switch (value)
        {
            case null: column.SetNull(row); break;
            case double number: column.Doubles[row] = number; break;
            case bool truth: column.Longs[row] = truth ? 1 : 0; break;
            case string text: column.Texts[row] = batch.Text.Append(text); break;
            default: column.Longs[row] = Convert.ToInt64(value, null); break;
        }
    }

    private static object? Get(RowBatch batch, Column column, int row)
    {
        if (column.IsNull(row))
        {
            // Whoever reads a null row without asking must see nothing in it.
            Assert.True(column.Type switch { ColumnType.Double => column.Doubles[row] == 0, ColumnType.String => column.Texts[row] == default, _ => column.Longs[row] == 0 });
            return null;
        }
        return column.Type switch
        {
            ColumnType.Double => column.Doubles[row],
            ColumnType.Bool => column.Longs[row] != 0,
            ColumnType.String => Encoding.UTF8.GetString(batch.Text[column.Texts[row]]),
            _ => column.Longs[row],
        };
    }
}
