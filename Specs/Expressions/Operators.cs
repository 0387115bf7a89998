using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;

namespace StreamGrains.Specs.Expressions;

/// <summary>Picks the kernel of an operator by the types of its operands; null when there is none.</summary>
internal static class Operators
{
    /// <summary>The type as specs and messages call it.</summary>
    public static string Word(this ColumnType type) => type.ToString().ToLowerInvariant();

    /// <summary>The advice for a value that must not be null: <c>coalesce(x, 0)</c>.</summary>
    public static string Coalesced(string text, ColumnType type) =>
        $"coalesce({text}, {type switch { ColumnType.Bool => "false", ColumnType.String => "''", _ => "0" }})";

    /// <summary>Whether the type is long or double.</summary>
    public static bool IsNumber(this ColumnType type) => type is ColumnType.Long or ColumnType.Double;

    /// <summary>The type that values of both types can take, or null.</summary>
    public static ColumnType? Common(ColumnType a, ColumnType b) => a == b ? a : a.IsNumber() && b.IsNumber() ? ColumnType.Double : null;

    /// <summary>Whether the types can be compared.</summary>
    public static bool Comparable(ColumnType a, ColumnType b) => Common(a, b) is not null;

    /// <summary>A long as a double; a double as it is.</summary>
    public static Expression AsDouble(Expression expression) => expression switch
    {
        { Type: ColumnType.Double } => expression,
        Constant<long> constant => new Constant<double>(ColumnType.Double, constant.Value),
        _ => new Unary<long, double, LongToDouble>(ColumnType.Double, expression),
    };

    /// <summary>The expression in a type that <see cref="Common"/> gave for it.</summary>
    public static Expression As(ColumnType type, Expression expression) => type == ColumnType.Double ? AsDouble(expression) : expression;

    /// <summary>+, -, *, / and %.</summary>
    public static Expression? Arithmetic(string symbol, Expression left, Expression right)
    {
        if (left.Type == ColumnType.Timestamp || right.Type == ColumnType.Timestamp) return TimeArithmetic(symbol, left, right);
        if (!left.Type.IsNumber() || !right.Type.IsNumber()) return null;
        var partial = right is not (Constant<long> { Value: not 0 } or Constant<double> { Value: not 0 });
        if (left.Type == ColumnType.Long && right.Type == ColumnType.Long && symbol != "/")
        {
            return symbol switch
            {
                "+" => new Binary<long, long, AddLong>(ColumnType.Long, left, right),
                "-" => new Binary<long, long, SubtractLong>(ColumnType.Long, left, right),
                "*" => new Binary<long, long, MultiplyLong>(ColumnType.Long, left, right),
                _ => new LongRemainder(left, right, partial),
            };
        }
        (left, right) = (AsDouble(left), AsDouble(right));
        return symbol switch
        {
            "+" => new Binary<double, double, AddDouble>(ColumnType.Double, left, right),
            "-" => new Binary<double, double, SubtractDouble>(ColumnType.Double, left, right),
            "*" => new Binary<double, double, MultiplyDouble>(ColumnType.Double, left, right),
            "/" => new Binary<double, double, DivideDouble>(ColumnType.Double, left, right, partial),
            _ => new Binary<double, double, RemainderDouble>(ColumnType.Double, left, right, partial),
        };
    }

    private static Binary<long, long, TFunction> Time<TFunction>(ColumnType type, Expression left, Expression right)
        where TFunction : struct, IBinary<long, long> =>
        new(type, left, right);

    private static Expression? TimeArithmetic(string symbol, Expression left, Expression right) => (symbol, left.Type, right.Type) switch
    {
        ("+", ColumnType.Timestamp, ColumnType.Long) or ("+", ColumnType.Long, ColumnType.Timestamp) => Time<AddLong>(ColumnType.Timestamp, left, right),
        ("-", ColumnType.Timestamp, ColumnType.Long) => Time<SubtractLong>(ColumnType.Timestamp, left, right),
        ("-", ColumnType.Timestamp, ColumnType.Timestamp) => Time<SubtractLong>(ColumnType.Long, left, right),
        _ => null,
    };

    /// <summary>=, !=, &lt;, &lt;=, &gt; and &gt;=; a greater is a less with its sides swapped.</summary>
    public static Expression? Comparison(string symbol, Expression left, Expression right)
    {
        if (Common(left.Type, right.Type) is not { } type) return null;
        if (type == ColumnType.Bool && symbol is not ("=" or "!=")) return null;
        (left, right) = (As(type, left), As(type, right));
        if (symbol[0] == '>') (left, right, symbol) = (right, left, symbol == ">" ? "<" : "<=");
        return type switch
        {
            ColumnType.Double => symbol switch
            {
                "=" => Test<double, EqualDouble>(left, right),
                "!=" => Test<double, NotEqualDouble>(left, right),
                "<" => Test<double, LessDouble>(left, right),
                _ => Test<double, LessOrEqualDouble>(left, right),
            },
            ColumnType.String => symbol switch
            {
                "=" => new TextTest<EqualText>(left, right),
                "!=" => new TextTest<NotEqualText>(left, right),
                "<" => new TextTest<LessText>(left, right),
                _ => new TextTest<LessOrEqualText>(left, right),
            },
            _ => symbol switch
            {
                "=" => Test<long, EqualLong>(left, right),
                "!=" => Test<long, NotEqualLong>(left, right),
                "<" => Test<long, LessLong>(left, right),
                _ => Test<long, LessOrEqualLong>(left, right),
            },
        };
    }

    private static Binary<T, long, TFunction> Test<T, TFunction>(Expression left, Expression right) where TFunction : struct, IBinary<T, long> =>
        new(ColumnType.Bool, left, right);
}
