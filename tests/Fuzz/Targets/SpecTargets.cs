using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Specs;
using StreamGrains.Specs.Expressions;

namespace StreamGrains.Fuzz;

internal sealed class SpecTarget : Target
{
    public override string Name => "spec";

    public override IReadOnlyList<byte[]> Samples { get; } = Bytes(SampleJobs.Specs);

    public override IReadOnlyList<byte[]> Scraps { get; } = WithAny(
        "\n", "\t", "'", "\"", "[", "]", "{", "}", ": ", "- ", "&a ", "*a", "<<: *a", "!!str ", "|", ">", "#", "?", "%", "---\n", "...", "null", "~", "((((((((((", "7d", "1w", "steps:", "sources:",
        "  - key: name\n", "  - filter: amount > 0\n", "  - derive: { x: hour(at) }\n", "  - to: { topic: out, when: id > 3 }\n", " over ", " delayed ", "count()", "\r\n");

    public override (long Base, long PerByte) Memory => (4 << 20, 4096);

    public override bool Read(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var result = JobCompiler.Compile(text, "job.yaml", [], null, "/");
        Check(result.Plan is null == result.Errors.Count > 0, "a plan or errors");
        foreach (var error in result.Errors)
            Check(error.Message.Length > 0 && error is { Line: >= 1, Column: >= 1 } && error.Column <= text.Length + 1, $"an error names its place: {error}");
        return result.Plan is not null;
    }
}

/// <summary>An expression: compiled, and evaluated when it is one.</summary>
internal sealed class ExpressionTarget : Target
{
    private static readonly RowLayout Layout = new(
    [
        new("i", ColumnType.Long, true), new("x", ColumnType.Double, true), new("p", ColumnType.Bool, true), new("s", ColumnType.String, true), new("ts", ColumnType.Timestamp, true),
    ]);

    private readonly RowBatch batch = Rows();

    public override string Name => "expression";

    public override IReadOnlyList<byte[]> Samples { get; } = Bytes(
        "i + 2 * x > 3 and not p", "if(p, 'a', coalesce(s, 'b'))", "hour(ts) <= 6 or is_weekend(ts)", "i between 1 and 5 or i in (7, 8, 9)", "-(x - 1.5e3) / i % 7", "s is null or s = 'it''s'", "abs(i) >= 9223372036854775807");

    public override IReadOnlyList<byte[]> Scraps { get; } = WithAny(
        "(", ")", "((((((((((((((((((((", "not ", "- - - -", " and ", " or ", " in (", " between ", "'", "''", ",", "i", "x", "p", "s", "ts", "null", "if(", "coalesce(", "hour(", " is not null", "<>", ">=", "%", "/ 0");

    public override bool Read(byte[] input)
    {
        var mistakes = 0;
        var scope = new ColumnScope();
        for (var c = 0; c < Layout.Columns.Count; c++) scope.TryAdd(new(Layout.Columns[c].Name, c, Layout.Columns[c].Type, Layout.Columns[c].Nullable));
        var text = Encoding.UTF8.GetString(input);
        var expression = new ExpressionCompiler(scope, (offset, message, _) =>
        {
            mistakes++;
            Check(offset >= 0 && offset <= text.Length && message.Length > 0, "a mistake names its place");
        }).Compile(text);
        if (mistakes > 0) return false;
        var result = new Column(expression!.Type);
        result.EnsureCapacity(batch.Count);
        expression.Evaluate(batch, result);
        return true;
    }

    private static RowBatch Rows()
    {
        long[] longs = [0, -1, long.MinValue, long.MaxValue, 7];
        double[] doubles = [0, -0.0, double.MaxValue, 1.5, double.Epsilon];
        var rows = new RowBatch(Layout);
        rows.EnsureCapacity(longs.Length + 1);
        for (; rows.Count < longs.Length; rows.Count++)
        {
            var row = rows.Count;
            rows.Columns[0].Longs[row] = longs[row];
            rows.Columns[1].Doubles[row] = doubles[row];
            rows.Columns[2].Longs[row] = row & 1;
            rows.Columns[3].Texts[row] = rows.Text.Append("text"u8[..(row % 5)]);
            rows.Columns[4].Longs[row] = row * 86_399_999L;
        }
        foreach (var column in rows.Columns) column.SetNull(rows.Count);
        rows.Count++;
        return rows;
    }
}

/// <summary>Everything that reads input.</summary>
internal static class Targets
{
    public static IReadOnlyList<Target> All { get; } =
        [new SpecTarget(), new ExpressionTarget(), new JsonTarget(), new CsvTarget(), new HeaderTarget(), new JournalTarget(), new SnapshotTarget(), new BlockTarget()];
}
