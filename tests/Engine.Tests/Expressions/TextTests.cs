using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

public class TextTests
{
    private static readonly string[] Samples = ["", "a", "A", "abc", "Ärger", "ß", "日本", "😀x", "abcabc", "ǅ", "İ"];

    [Fact]
    public void Texts_compare_as_their_code_points_do()
    {
        var (batch, left, right, pairs) = AllPairs();

        Assert.Equal(pairs.Select(p => (object)(p.A == p.B)), Rows.Values(new TextTest<EqualText>(left, right), batch));
        Assert.Equal(pairs.Select(p => (object)(p.A != p.B)), Rows.Values(new TextTest<NotEqualText>(left, right), batch));
        Assert.Equal(pairs.Select(p => (object)(Order(p.A, p.B) < 0)), Rows.Values(new TextTest<LessText>(left, right), batch));
        Assert.Equal(pairs.Select(p => (object)(Order(p.A, p.B) <= 0)), Rows.Values(new TextTest<LessOrEqualText>(left, right), batch));
    }

    [Fact]
    public void A_text_is_found_at_the_start_at_the_end_and_inside()
    {
        var (batch, left, right, pairs) = AllPairs();

        Assert.Equal(pairs.Select(p => (object)p.A.StartsWith(p.B, StringComparison.Ordinal)), Rows.Values(new TextTest<StartsWithText>(left, right), batch));
        Assert.Equal(pairs.Select(p => (object)p.A.EndsWith(p.B, StringComparison.Ordinal)), Rows.Values(new TextTest<EndsWithText>(left, right), batch));
        Assert.Equal(pairs.Select(p => (object)p.A.Contains(p.B, StringComparison.Ordinal)), Rows.Values(new TextTest<ContainsText>(left, right), batch));
        Assert.Equal(pairs.Select(p => (object)(p.A + p.B)), Rows.Values(new Concat(left, right), batch));
    }

    [Fact]
    public void Case_and_length_go_by_code_points()
    {
        var batch = Rows.Of((ColumnType.String, Samples));
        var text = Rows.Column(batch, 0);

        Assert.Equal(Samples.Select(s => (object)s.ToLowerInvariant()), Rows.Values(new ChangeCase(upper: false, text), batch));
        Assert.Equal(Samples.Select(s => (object)s.ToUpperInvariant()), Rows.Values(new ChangeCase(upper: true, text), batch));
        Assert.Equal(Samples.Select(s => (object)(long)s.EnumerateRunes().Count()), Rows.Values(new TextLength(text), batch));
    }

    [Fact]
    public void Joined_text_is_cut_between_two_code_points()
    {
        var batch = Rows.Of((ColumnType.String, [new string('x', Concat.Longest - 1)]), (ColumnType.String, ["日"]));

        var result = (string)Rows.Values(new Concat(Rows.Column(batch, 0), Rows.Column(batch, 1)), batch)[0]!;

        Assert.Equal(new string('x', Concat.Longest - 1), result);
    }

    private static int Order(string a, string b) => System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b));

    private static (RowBatch Batch, Expression Left, Expression Right, List<(string A, string B)> Pairs) AllPairs()
    {
        var pairs = Samples.SelectMany(a => Samples.Select(b => (a, b))).ToList();
        var batch = Rows.Of((ColumnType.String, [.. pairs.Select(p => p.a)]), (ColumnType.String, [.. pairs.Select(p => p.b)]));
        return (batch, Rows.Column(batch, 0), Rows.Column(batch, 1), pairs);
    }
}
