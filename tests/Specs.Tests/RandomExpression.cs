using System.Globalization;

namespace StreamGrains.Specs.Tests;

/// <summary>
/// A random expression with its text and a slow way to compute it, row by row on boxed values, written from the rules of docs/spec.md and not from the kernels.
/// </summary>
internal sealed record RandomExpression(string Text, Func<object?[], object?> Of)
{
    private static readonly long[] Longs = [0, 1, -1, 2, 3, 7, 100, long.MaxValue, long.MinValue + 1];

    private static readonly double[] Doubles = [0, 0.5, -1.5, 2, 1e-3, 1e300, -1e300];

    private static readonly string[] Texts = ["", "a", "B", "ab", "Ärger", "日本", "5", "-2.5"];

    /// <summary>A value of the type that column <paramref name="column"/> of <see cref="Evaluate.Layout"/> has; null now and then.</summary>
    public static object? Cell(Random random, int column, double nulls) => random.NextDouble() < nulls ? null : column switch
    {
        0 or 1 => Longs[random.Next(Longs.Length)],
        2 or 3 => Doubles[random.Next(Doubles.Length)],
        4 or 5 => random.Next(2) == 0,
        6 or 7 => Texts[random.Next(Texts.Length)],
        _ => random.NextInt64(-5_000_000_000_000, 5_000_000_000_000),
    };

    /// <summary>An expression of type 'i' (long), 'x' (double), 'p' (bool) or 's' (string).</summary>
    public static RandomExpression Make(Random random, char type, int depth)
    {
        if (depth == 0 || random.Next(6) == 0) return Leaf(random, type);
        RandomExpression Sub(char t) => Make(random, t, depth - 1);
        switch (type)
        {
            case 'i': return Long(random, Sub);
            case 'x': return Double(random, Sub);
            case 's': return TextOf(random, Sub);
            default: return Bool(random, Sub);
        }
    }

    private static RandomExpression Leaf(Random random, char type)
    {
        if (random.Next(3) > 0)
        {
            var column = type switch { 'i' => 0, 'x' => 2, 'p' => 4, _ => 6 } + random.Next(2);
            return new(Evaluate.Layout.Columns[column].Name, row => row[column]);
        }
        var value = Cell(random, type switch { 'i' => 0, 'x' => 2, 'p' => 4, _ => 6 }, nulls: 0);
        var text = value switch
        {
            string s => $"'{s}'",
            bool b => b ? "true" : "false",
            double d => d.ToString("0.0###############E+0", CultureInfo.InvariantCulture),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
        };
        return new(text, _ => value);
    }

    private static RandomExpression Long(Random random, Func<char, RandomExpression> sub) => random.Next(10) switch
    {
        0 => Two("({0} + {1})", sub('i'), sub('i'), (a, b) => Saturated((Int128)(long)a + (long)b)),
        1 => Two("({0} - {1})", sub('i'), sub('i'), (a, b) => Saturated((Int128)(long)a - (long)b)),
        2 => Two("({0} * {1})", sub('i'), sub('i'), (a, b) => Saturated((Int128)(long)a * (long)b)),
        3 => Two("({0} % {1})", sub('i'), sub('i'), (a, b) => (long)b == 0 ? null : (long)((Int128)(long)a % (long)b)),
        4 => One("length({0})", sub('s'), a => (long)((string)a).EnumerateRunes().Count()),
        5 => One("to_long({0})", sub('x'), a => (long)Int128.Clamp((Int128)Math.Truncate((double)a), long.MinValue, long.MaxValue)),
        6 => new("hour(ts)", row => row[8] is long t ? (long)DateTimeOffset.FromUnixTimeMilliseconds(t).Hour : null),
        7 => Two("least({0}, {1})", sub('i'), sub('i'), (a, b) => Math.Min((long)a, (long)b)),
        8 => If(sub('p'), sub('i'), sub('i')),
        _ => Coalesce(sub('i'), sub('i')),
    };

    private static RandomExpression Double(Random random, Func<char, RandomExpression> sub) => random.Next(8) switch
    {
        0 => Two("({0} + {1})", sub('x'), sub('i'), (a, b) => Bounded((double)a + (long)b)),
        1 => Two("({0} * {1})", sub('x'), sub('x'), (a, b) => Bounded((double)a * (double)b)),
        2 => Two("({0} / {1})", sub('i'), sub('x'), (a, b) => (double)b == 0 ? null : Bounded((long)a / (double)b)),
        3 => One("(- {0})", sub('x'), a => -(double)a),
        4 => One("sqrt({0})", sub('x'), a => (double)a < 0 ? null : Math.Sqrt((double)a)),
        5 => One("to_double({0})", sub('s'), a => double.TryParse((string)a, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var v) ? v : null),
        6 => If(sub('p'), sub('x'), sub('x')),
        _ => Coalesce(sub('x'), sub('x')),
    };

    private static RandomExpression TextOf(Random random, Func<char, RandomExpression> sub) => random.Next(5) switch
    {
        0 => Two("concat({0}, {1})", sub('s'), sub('s'), (a, b) => (string)a + (string)b),
        1 => One("upper({0})", sub('s'), a => ((string)a).ToUpperInvariant()),
        2 => One("to_string({0})", sub('i'), a => ((long)a).ToString(CultureInfo.InvariantCulture)),
        3 => If(sub('p'), sub('s'), sub('s')),
        _ => Coalesce(sub('s'), sub('s')),
    };

    private static RandomExpression Bool(Random random, Func<char, RandomExpression> sub) => random.Next(12) switch
    {
        0 => And(sub('p'), sub('p')),
        1 => Or(sub('p'), sub('p')),
        2 => Not(sub('p')),
        3 => Two("({0} < {1})", sub('i'), sub('i'), (a, b) => (long)a < (long)b),
        4 => Two("({0} >= {1})", sub('x'), sub('i'), (a, b) => (double)a >= (long)b),
        5 => Two("({0} = {1})", sub('s'), sub('s'), (a, b) => (string)a == (string)b),
        6 => Two("({0} != {1})", sub('p'), sub('p'), (a, b) => (bool)a != (bool)b),
        7 => One("({0} in (1, 2, 7))", sub('i'), a => (long)a is 1 or 2 or 7),
        8 => One("({0} in ('a', 'ab'))", sub('s'), a => (string)a is "a" or "ab"),
        9 => IsNull(sub('x')),
        10 => If(sub('p'), sub('p'), sub('p')),
        _ => Between(sub('i')),
    };

    private static RandomExpression Between(RandomExpression a) => One("({0} between 0 and 5)", a, v => (long)v is >= 0 and <= 5);

    private static RandomExpression Not(RandomExpression a) => One("(not {0})", a, v => !(bool)v);

    private static RandomExpression And(RandomExpression a, RandomExpression b) => new($"({a.Text} and {b.Text})", row =>
        (a.Of(row), b.Of(row)) switch { (false, _) or (_, false) => false, (null, _) or (_, null) => null, _ => true });

    private static RandomExpression Or(RandomExpression a, RandomExpression b) => new($"({a.Text} or {b.Text})", row =>
        (a.Of(row), b.Of(row)) switch { (true, _) or (_, true) => true, (null, _) or (_, null) => null, _ => false });

    private static RandomExpression IsNull(RandomExpression a) => new($"({a.Text} is null)", row => a.Of(row) is null);

    private static RandomExpression If(RandomExpression c, RandomExpression a, RandomExpression b) =>
        new($"if({c.Text}, {a.Text}, {b.Text})", row => c.Of(row) is true ? a.Of(row) : b.Of(row));

    private static RandomExpression Coalesce(RandomExpression a, RandomExpression b) => new($"coalesce({a.Text}, {b.Text})", row => a.Of(row) ?? b.Of(row));

    private static RandomExpression One(string form, RandomExpression a, Func<object, object?> apply) =>
        new(string.Format(CultureInfo.InvariantCulture, form, a.Text), row => a.Of(row) is { } v ? apply(v) : null);

    private static RandomExpression Two(string form, RandomExpression a, RandomExpression b, Func<object, object, object?> apply) =>
        new(string.Format(CultureInfo.InvariantCulture, form, a.Text, b.Text), row => a.Of(row) is { } v && b.Of(row) is { } w ? apply(v, w) : null);

    private static long Saturated(Int128 value) => (long)Int128.Clamp(value, long.MinValue, long.MaxValue);

    private static double Bounded(double value) => Math.Clamp(value, -double.MaxValue, double.MaxValue);
}
