using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Engine.Tests.Expressions;

public class ArithmeticTests
{
    private static readonly long[] Edges =
        [0, 1, -1, 2, 7, -7, 1L << 31, 1L << 32, -(1L << 32), long.MaxValue, long.MaxValue - 1, long.MinValue, long.MinValue + 1];

    private static readonly double[] Doubles = [0, 1, -1, 0.1, -2.5, 3, 1e-300, 1e300, double.MaxValue, -double.MaxValue];

    [Fact]
    public void Long_arithmetic_stops_at_the_ends_of_the_range()
    {
        foreach (var a in Edges)
            foreach (var b in Edges)
            {
                Assert.Equal(Saturated((Int128)a + b), AddLong.Apply(a, b));
                Assert.Equal(Saturated((Int128)a - b), SubtractLong.Apply(a, b));
                Assert.Equal(Saturated((Int128)a * b), MultiplyLong.Apply(a, b));
            }
        Assert.All(Edges, a => Assert.Equal(Saturated(-(Int128)a), NegateLong.Apply(a)));
        Assert.All(Edges, a => Assert.Equal(Saturated(Int128.Abs(a)), AbsLong.Apply(a)));
    }

    [Fact]
    public void The_remainder_of_longs_has_the_sign_of_the_left_side_and_is_null_by_zero()
    {
        var pairs = Edges.SelectMany(a => Edges.Select(b => (a, b))).ToList();
        var batch = Rows.Of((ColumnType.Long, [.. pairs.Select(p => (object)p.a)]), (ColumnType.Long, [.. pairs.Select(p => (object)p.b)]));

        var results = Rows.Values(new LongRemainder(Rows.Column(batch, 0), Rows.Column(batch, 1), partial: true), batch);

        Assert.Equal(pairs.Select(p => p.b == 0 ? null : (object)(long)((Int128)p.a % p.b)), results);
    }

    [Fact]
    public void Double_arithmetic_stays_finite_and_is_null_where_it_has_no_value()
    {
        var pairs = Doubles.SelectMany(a => Doubles.Select(b => (a, b))).ToList();
        var batch = Rows.Of((ColumnType.Double, [.. pairs.Select(p => (object)p.a)]), (ColumnType.Double, [.. pairs.Select(p => (object)p.b)]));
        var (left, right) = (Rows.Column(batch, 0), Rows.Column(batch, 1));

        Assert.Equal(pairs.Select(p => Bounded(p.a + p.b)), Rows.Values(new Binary<double, double, AddDouble>(ColumnType.Double, left, right), batch));
        Assert.Equal(pairs.Select(p => Bounded(p.a - p.b)), Rows.Values(new Binary<double, double, SubtractDouble>(ColumnType.Double, left, right), batch));
        Assert.Equal(pairs.Select(p => Bounded(p.a * p.b)), Rows.Values(new Binary<double, double, MultiplyDouble>(ColumnType.Double, left, right), batch));
        Assert.Equal(pairs.Select(p => p.b == 0 ? null : Bounded(p.a / p.b)), Rows.Values(new Binary<double, double, DivideDouble>(ColumnType.Double, left, right, partial: true), batch));
        Assert.Equal(pairs.Select(p => p.b == 0 ? null : Bounded(p.a % p.b)), Rows.Values(new Binary<double, double, RemainderDouble>(ColumnType.Double, left, right, partial: true), batch));
        Assert.Equal(
            pairs.Select(p => (p.a == 0 && p.b < 0) || double.IsNaN(Math.Pow(p.a, p.b)) ? null : Bounded(Math.Pow(p.a, p.b))),
            Rows.Values(new Binary<double, double, PowerDouble>(ColumnType.Double, left, right, partial: true), batch));
    }

    [Theory]
    [InlineData(-1.0, null, null)]
    [InlineData(0.0, null, 0.0)]
    [InlineData(1.0, 0.0, 1.0)]
    [InlineData(4.0, 1.3862943611198906, 2.0)]
    public void Log_and_sqrt_are_null_outside_their_domain(double x, object? log, object? sqrt)
    {
        var batch = Rows.Of((ColumnType.Double, [x]));

        Assert.Equal([log], Rows.Values(new Unary<double, double, LogDouble>(ColumnType.Double, Rows.Column(batch, 0), partial: true), batch));
        Assert.Equal([sqrt], Rows.Values(new Unary<double, double, SqrtDouble>(ColumnType.Double, Rows.Column(batch, 0), partial: true), batch));
    }

    [Theory]
    [InlineData(2.5, 2, 3, 3)]
    [InlineData(-2.5, -3, -2, -3)]
    [InlineData(2.4, 2, 3, 2)]
    [InlineData(-0.5, -1, 0, -1)]
    public void Halves_are_rounded_away_from_zero(double x, double floor, double ceiling, double round)
    {
        Assert.Equal(floor, FloorDouble.Apply(x));
        Assert.Equal(ceiling, CeilingDouble.Apply(x));
        Assert.Equal(round, RoundDouble.Apply(x));
    }

    private static long Saturated(Int128 value) => (long)Int128.Clamp(value, long.MinValue, long.MaxValue);

    private static object? Bounded(double value) => Math.Clamp(value, -double.MaxValue, double.MaxValue);
}
