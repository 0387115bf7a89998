using System.Collections.Frozen;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

public class AllocationTests
{
    [Fact]
    public void A_batch_allocates_nothing_once_the_scratch_memory_has_grown()
    {
        var random = new Random(7);
        var batch = Rows.Of(
            (ColumnType.Double, [.. Enumerable.Range(0, 500).Select(i => i % 5 == 0 ? null : (object)random.NextDouble())]),
            (ColumnType.Long, [.. Enumerable.Range(0, 500).Select(i => (object)random.NextInt64())]),
            (ColumnType.String, [.. Enumerable.Range(0, 500).Select(i => $"Länge {i}")]));
        var (number, integer, text) = (Rows.Column(batch, 0), Rows.Column(batch, 1), Rows.Column(batch, 2));
        Expression[] expressions =
        [
            new Binary<double, double, DivideDouble>(ColumnType.Double, number, new Unary<long, double, LongToDouble>(ColumnType.Double, integer), partial: true),
            new AndOr(and: true, new Binary<double, long, LessDouble>(ColumnType.Bool, number, number), new InSet<long>(integer, FrozenSet.ToFrozenSet([1L, 2L]))),
            new Coalesce<double>(new If<double>(new IsNull(number, negated: false), number, new NullConstant(ColumnType.Double)), new Constant<double>(ColumnType.Double, 1)),
            new Concat(new ChangeCase(upper: true, text), new FormatText(number)),
            new ParseText(ColumnType.Long, new FormatText(integer)),
            new TextTest<ContainsText>(text, new TextConstant("ng"u8.ToArray())),
            new Unary<long, long, MonthOf>(ColumnType.Long, integer),
            new LongRemainder(integer, integer, partial: true),
        ];
        var targets = expressions.Select(e => new Column(e.Type)).ToArray();
        Array.ForEach(targets, t => t.EnsureCapacity(batch.Count));
        for (var i = 0; i < 3; i++) Run(expressions, targets, batch);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(expressions, targets, batch);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Evaluates all, then takes back the text they made, as the next batch would.</summary>
    private static void Run(Expression[] expressions, Column[] targets, RowBatch batch)
    {
        var length = batch.Text.Length;
        for (var i = 0; i < expressions.Length; i++) expressions[i].Evaluate(batch, targets[i]);
        batch.Text.Take(length - batch.Text.Length);
    }
}
