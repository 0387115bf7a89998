using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

public class NullRuleTests
{
    private static readonly object?[] Truths = [true, false, null];

    private static readonly (object? A, object? B)[] Pairs = [.. Truths.SelectMany(a => Truths.Select(b => (a, b)))];

    [Fact]
    public void And_or_and_not_are_three_valued()
    {
        var batch = Rows.Of((ColumnType.Bool, [.. Pairs.Select(p => p.A)]), (ColumnType.Bool, [.. Pairs.Select(p => p.B)]));
        var (left, right) = (Rows.Column(batch, 0), Rows.Column(batch, 1));

        Assert.Equal(Pairs.Select(p => And(p.A, p.B)), Rows.Values(new AndOr(and: true, left, right), batch));
        Assert.Equal(Pairs.Select(p => Negated(And(Negated(p.A), Negated(p.B)))), Rows.Values(new AndOr(and: false, left, right), batch));
        Assert.Equal(Pairs.Select(p => Negated(p.A)), Rows.Values(new Unary<long, long, Not>(ColumnType.Bool, left), batch));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_side_without_nulls_needs_no_flags(bool nullsLeft)
    {
        var mixed = (ColumnType.Bool, new object?[] { null, true, null, false });
        var whole = (ColumnType.Bool, new object?[] { true, true, false, false });
        var batch = nullsLeft ? Rows.Of(mixed, whole) : Rows.Of(whole, mixed);

        Assert.Equal([null, true, false, false], Rows.Values(new AndOr(and: true, Rows.Column(batch, 0), Rows.Column(batch, 1)), batch));
        Assert.Equal([true, true, null, false], Rows.Values(new AndOr(and: false, Rows.Column(batch, 0), Rows.Column(batch, 1)), batch));
    }

    [Fact]
    public void Arithmetic_and_comparison_with_null_are_null()
    {
        object?[] a = [1L, null, 3L, null], b = [1L, 2L, null, null];
        var batch = Rows.Of((ColumnType.Long, a), (ColumnType.Long, b));
        var (left, right) = (Rows.Column(batch, 0), Rows.Column(batch, 1));

        Assert.Equal([2L, null, null, null], Rows.Values(new Binary<long, long, AddLong>(ColumnType.Long, left, right), batch));
        Assert.Equal([true, null, null, null], Rows.Values(new Binary<long, long, EqualLong>(ColumnType.Bool, left, right), batch));
        Assert.Equal([-1L, null, -3L, null], Rows.Values(new Unary<long, long, NegateLong>(ColumnType.Long, left), batch));
    }

    [Fact]
    public void Is_null_is_never_null()
    {
        var batch = Rows.Of((ColumnType.String, ["a", null]), (ColumnType.Long, [1L, 2L]));

        Assert.Equal([false, true], Rows.Values(new IsNull(Rows.Column(batch, 0), negated: false), batch));
        Assert.Equal([true, false], Rows.Values(new IsNull(Rows.Column(batch, 0), negated: true), batch));
        Assert.Equal([false, false], Rows.Values(new IsNull(Rows.Column(batch, 1), negated: false), batch));
        Assert.Equal([true, true], Rows.Values(new IsNull(Rows.Column(batch, 1), negated: true), batch));
    }

    [Fact]
    public void A_null_condition_takes_the_other_value()
    {
        var batch =
            Rows.Of((ColumnType.Bool, [true, false, null, true]), (ColumnType.Double, [1.0, 2.0, 3.0, null]), (ColumnType.Double, [-1.0, null, -3.0, -4.0]));

        var results = Rows.Values(new If<double>(Rows.Column(batch, 0), Rows.Column(batch, 1), Rows.Column(batch, 2)), batch);

        Assert.Equal([1.0, null, -3.0, null], results);
    }

    [Fact]
    public void Coalesce_takes_the_first_value_that_is_there()
    {
        var batch = Rows.Of((ColumnType.String, ["a", null, null]), (ColumnType.String, ["x", "y", null]));
        var (first, second) = (Rows.Column(batch, 0), Rows.Column(batch, 1));

        Assert.Equal(["a", "y", null], Rows.Values(new Coalesce<ByteSlice>(first, second), batch));
        Assert.Equal(["a", "y", "?"], Rows.Values(new Coalesce<ByteSlice>(new Coalesce<ByteSlice>(first, second), new TextConstant("?"u8.ToArray())), batch));
        Assert.Equal([null, null, null], Rows.Values(new NullConstant(ColumnType.String), batch));
    }

    [Fact]
    public void Membership_of_null_is_null()
    {
        var batch = Rows.Of((ColumnType.Long, [1L, 5L, null]), (ColumnType.String, ["DE", "x", null]));

        Assert.Equal([true, false, null], Rows.Values(new InSet<long>(Rows.Column(batch, 0), System.Collections.Frozen.FrozenSet.ToFrozenSet([1L, 2L])), batch));
        Assert.Equal([true, false, null], Rows.Values(new InTexts(Rows.Column(batch, 1), ["AT"u8.ToArray(), "DE"u8.ToArray(), "FR"u8.ToArray()]), batch));
    }

    private static object? And(object? a, object? b) => a is false || b is false ? false : a is null || b is null ? null : true;

    private static object? Negated(object? a) => a is bool truth ? !truth : null;
}
