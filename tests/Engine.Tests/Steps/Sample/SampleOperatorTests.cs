using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Steps;
using StreamGrains.Engine.Steps.Sample;
using StreamGrains.Engine.Tests.Expressions;

namespace StreamGrains.Engine.Tests.Steps.Sample;

public class SampleOperatorTests
{
    private static readonly object?[] Longs = [.. Enumerable.Range(-5_000, 20_000).Select(i => (object?)(long)i)];
    private static readonly object?[] Texts = [.. Enumerable.Range(0, 20_000).Select(i => (object?)$"customer-{i}")];

    [Theory, InlineData(0.5), InlineData(0.1), InlineData(0.01)]
    public void About_the_share_of_the_keys_is_kept(double share)
    {
        foreach (var (type, keys) in new[] { (ColumnType.Long, Longs), (ColumnType.String, Texts) })
        {
            // Five standard deviations of a draw of so many.
            var tolerance = 5 * Math.Sqrt(share * (1 - share) / keys.Length);
            Assert.InRange(Kept(share, type, keys).Count / (double)keys.Length, share - tolerance, share + tolerance);
        }
    }

    [Fact]
    public void All_is_all_and_a_larger_share_keeps_what_a_smaller_one_does()
    {
        Assert.Equal(Longs.Length, Kept(1, ColumnType.Long, Longs).Count);
        var half = Kept(0.5, ColumnType.Long, Longs);
        Assert.Subset(half, Kept(0.2, ColumnType.Long, Longs));
    }

    [Fact]
    public void Which_keys_are_kept_is_the_same_in_every_version() =>
        Assert.Equal([3L, 10, 18], Kept(0.2, ColumnType.Long, [.. Enumerable.Range(0, 20).Select(i => (object?)(long)i)]).Order());

    private static HashSet<long> Kept(double share, ColumnType type, object?[] keys)
    {
        var ids = Enumerable.Range(0, keys.Length).Select(i => (object?)(long)i).ToArray();
        var batch = Rows.Of((ColumnType.Long, ids), (type, keys));
        var seen = new Seen();
        new SampleOperator(new SamplePlan("sample", 1, share)) { Next = seen }.Process(batch);
        return seen.Ids;
    }

    private sealed class Seen : Operator
    {
        public HashSet<long> Ids { get; } = [];

        public override void Process(RowBatch batch) => Ids.UnionWith(batch.Columns[0].Longs.Take(batch.Count));
    }
}
