using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Specs.Tests;

/// <summary>Compiles the text of an expression and computes it over rows of plain values: long (also timestamps), double, bool, string or null.</summary>
internal static class Evaluate
{
    /// <summary>A column of every type, all of them nullable.</summary>
    public static readonly RowLayout Layout = new(
    [
        new("i", ColumnType.Long, true), new("j", ColumnType.Long, true), new("x", ColumnType.Double, true), new("y", ColumnType.Double, true),
        new("p", ColumnType.Bool, true), new("q", ColumnType.Bool, true), new("s", ColumnType.String, true), new("t", ColumnType.String, true),
        new("ts", ColumnType.Timestamp, true),
    ]);

    /// <summary>The mistakes in a text, as <c>offset: message</c>.</summary>
    public static List<string> Mistakes(string text, HostFunctions? host = null)
    {
        Compile(text, out var mistakes, host);
        return mistakes;
    }

    /// <summary>Compiles a text without mistakes.</summary>
    public static Expression Compile(string text, HostFunctions? host = null)
    {
        var expression = Compile(text, out var mistakes, host);
        Assert.Empty(mistakes);
        return expression!;
    }

    /// <summary>The value of a text that names no column.</summary>
    public static object? Constant(string text) => Over(Compile(text), [new object?[Layout.Columns.Count]])[0];

    /// <summary>The values over rows, each with a value for every column.</summary>
    public static object?[] Over(Expression expression, IReadOnlyList<object?[]> rows)
    {
        var batch = new RowBatch(Layout) { Count = rows.Count };
        batch.EnsureCapacity(rows.Count);
        for (var row = 0; row < rows.Count; row++)
            for (var c = 0; c < batch.Columns.Length; c++) Set(batch, batch.Columns[c], row, rows[row][c]);
        var target = new Column(expression.Type);
        target.EnsureCapacity(rows.Count);
        expression.Evaluate(batch, target);
        return [.. Enumerable.Range(0, rows.Count).Select(row => Get(batch, target, row))];
    }

    private static Expression? Compile(string text, out List<string> mistakes, HostFunctions? host)
    {
        var found = mistakes = [];
        var scope = new ColumnScope();
        for (var c = 0; c < Layout.Columns.Count; c++) scope.TryAdd(new(Layout.Columns[c].Name, c, Layout.Columns[c].Type, Layout.Columns[c].Nullable));
        return new ExpressionCompiler(scope, (offset, message, suggestion) => found.Add($"{offset}: {message}{(suggestion is null ? "" : $" -> {suggestion}")}"), host).Compile(text);
    }

    private static void Set(RowBatch batch, Column column, int row, object? value)
    {
        switch (value)
        {
            case null: column.SetNull(row); break;
            case long number: column.Longs[row] = number; break;
            case bool truth: column.Longs[row] = truth ? 1 : 0; break;
            case double number: column.Doubles[row] = number; break;
            default: column.Texts[row] = batch.Text.Append((string)value); break;
        }
    }

    private static object? Get(RowBatch batch, Column column, int row) => column.IsNull(row) ? null : column.Type switch
    {
        ColumnType.Double => column.Doubles[row],
        ColumnType.Bool => column.Longs[row] != 0,
        ColumnType.String => Encoding.UTF8.GetString(batch.Text[column.Texts[row]]),
        _ => column.Longs[row],
    };
}
