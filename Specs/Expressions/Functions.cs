using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Specs.Syntax;
using static StreamGrains.Engine.Columns.ColumnType;

namespace StreamGrains.Specs.Expressions;

/// <summary>The functions of expressions: one list, which the compiler, the nearest-name search and the docs' test share.</summary>
internal static class Functions
{
    private static readonly Dictionary<string, Function> ByName = new Function[]
    {
        new("abs", On(Long, a => new Unary<long, long, AbsLong>(Long, a)), On(ColumnType.Double, a => Real<AbsDouble>(a))),
        new("ceil", On(Long, a => a), On(ColumnType.Double, a => Real<CeilingDouble>(a))),
        new("floor", On(Long, a => a), On(ColumnType.Double, a => Real<FloorDouble>(a))),
        new("round", On(Long, a => a), On(ColumnType.Double, a => Real<RoundDouble>(a))),
        new("log", On(ColumnType.Double, a => Real<LogDouble>(a, partial: true))),
        new("sqrt", On(ColumnType.Double, a => Real<SqrtDouble>(a, partial: true))),
        new("pow", On(ColumnType.Double, ColumnType.Double, (a, b) => new Binary<double, double, PowerDouble>(ColumnType.Double, a, b, partial: true))),
        new("year", On(Timestamp, a => Part<YearOf>(a))),
        new("month", On(Timestamp, a => Part<MonthOf>(a))),
        new("day_of_month", On(Timestamp, a => Part<DayOfMonth>(a))),
        new("day_of_week", On(Timestamp, a => Part<Engine.Expressions.DayOfWeek>(a))),
        new("hour", On(Timestamp, a => Part<HourOf>(a))),
        new("minute", On(Timestamp, a => Part<MinuteOf>(a))),
        new("second", On(Timestamp, a => Part<SecondOf>(a))),
        new("is_weekend", On(Timestamp, a => new Unary<long, long, IsWeekend>(Bool, a))),
        new("lower", On(ColumnType.String, a => new ChangeCase(upper: false, a))),
        new("upper", On(ColumnType.String, a => new ChangeCase(upper: true, a))),
        new("length", On(ColumnType.String, a => new TextLength(a))),
        new("starts_with", On(ColumnType.String, ColumnType.String, (a, b) => new TextTest<StartsWithText>(a, b))),
        new("ends_with", On(ColumnType.String, ColumnType.String, (a, b) => new TextTest<EndsWithText>(a, b))),
        new("contains", On(ColumnType.String, ColumnType.String, (a, b) => new TextTest<ContainsText>(a, b))),
        new("to_long", On(Long, a => a), On(ColumnType.Double, a => new Unary<double, long, DoubleToLong>(Long, a)), On(Bool, a => Same(Long, a)),
            On(Timestamp, a => Same(Long, a)), On(ColumnType.String, a => new ParseText(Long, a))),
        new("to_double", On(ColumnType.Double, a => a), On(Bool, a => Operators.AsDouble(Same(Long, a))),
            On(ColumnType.String, a => new ParseText(ColumnType.Double, a))),
        new("to_string", On(ColumnType.String, a => a), On(Long, a => new FormatText(a)), On(ColumnType.Double, a => new FormatText(a)),
            On(Bool, a => new FormatText(a)), On(Timestamp, a => new FormatText(a))),
        new("to_timestamp", On(Timestamp, a => a), On(Long, a => Same(Timestamp, a))),
    }.ToDictionary(f => f.Name);

    private static readonly Dictionary<string, string> Variadic = new()
    {
        ["if"] = "if(condition, value, other)", ["coalesce"] = "coalesce(value, value, ...)", ["least"] = "least(number, number, ...)",
        ["greatest"] = "greatest(number, number, ...)", ["concat"] = "concat(string, string, ...)",
    };

    /// <summary>Every name, for docs.</summary>
    public static IEnumerable<string> Names => ByName.Keys.Concat(Variadic.Keys);

    /// <summary>Compiles a call; null when a mistake was reported.</summary>
    public static Expression? Call(CallNode call, ExpressionCompiler compiler, ReportMistake report)
    {
        if (Variadic.TryGetValue(call.Name, out var form)) return new VariadicCall(call, form, compiler, report).Compile();
        var arguments = call.Arguments.Select(compiler.Compile).ToList();
        if (compiler.Host?.Find(call.Name) is { } own) return HostCall(call, own, arguments, report);
        if (!ByName.TryGetValue(call.Name, out var function))
        {
            if (Aggregates.Names.Contains(call.Name)) report(call.Offset, $"'{call.Name}' is an aggregate: it belongs in a rolling or window step");
            else report(call.Offset, $"unknown function '{call.Name}'", NearestName.Of(call.Name, Names.Concat(Aggregates.Names).Concat(compiler.Host?.Names ?? [])));
            return null;
        }
        if (call.Arguments.Count != function.Overloads[0].Parameters.Length)
        {
            report(call.Offset, $"{function} takes {Count(function.Overloads[0].Parameters.Length)}; here are {call.Arguments.Count}");
            return null;
        }
        if (arguments.Any(a => a is null)) return null;
        var types = arguments.Select(a => a!.Type).ToArray();
        var overload = function.Overloads.FirstOrDefault(o => o.Parameters.SequenceEqual(types)) ?? function.Overloads.FirstOrDefault(o => o.Takes(types));
        if (overload is not null) return overload.Build([.. arguments.Select((a, i) => Operators.As(overload.Parameters[i], a!))]);
        report(call.Offset, $"{function} does not take {string.Join(" and ", types.Select(t => t.Word()))}");
        return null;
    }

    private static HostCall? HostCall(CallNode call, HostFunction function, List<Expression?> arguments, ReportMistake report)
    {
        if (arguments.Count != function.Parameters.Length)
        {
            report(call.Offset, $"{function} takes {Count(function.Parameters.Length)}; here are {arguments.Count}");
            return null;
        }
        if (arguments.Any(a => a is null)) return null;
        var types = arguments.Select(a => a!.Type).ToArray();
        if (Fits(function.Parameters, types)) return new HostCall(function.Result, [.. arguments.Select((a, i) => Operators.As(function.Parameters[i], a!))], function.Row);
        report(call.Offset, $"{function} does not take {string.Join(" and ", types.Select(t => t.Word()))}");
        return null;
    }

    /// <summary>Whether arguments fit once longs count as doubles.</summary>
    private static bool Fits(ColumnType[] parameters, ColumnType[] types) => parameters.Zip(types).All(p => p.First == p.Second || (p.First == ColumnType.Double && p.Second == Long));

    /// <summary>A number of arguments in words.</summary>
    public static string Count(int arguments) => arguments == 1 ? "1 argument" : $"{arguments} arguments";

    private static Overload On(ColumnType type, Func<Expression, Expression> build) => new([type], a => build(a[0]));

    private static Overload On(ColumnType first, ColumnType second, Func<Expression, Expression, Expression> build) =>
        new([first, second], a => build(a[0], a[1]));

    private static Unary<double, double, TFunction> Real<TFunction>(Expression a, bool partial = false) where TFunction : struct, IUnary<double, double> =>
        new(ColumnType.Double, a, partial);

    private static Unary<long, long, TFunction> Part<TFunction>(Expression a) where TFunction : struct, IUnary<long, long> => new(Long, a);

    private static Unary<long, long, SameLong> Same(ColumnType type, Expression a) => new(type, a);

    private sealed record Overload(ColumnType[] Parameters, Func<Expression[], Expression> Build)
    {
        public bool Takes(ColumnType[] types) => Fits(Parameters, types);
    }

    private sealed record Function(string Name, params Overload[] Overloads)
    {
        /// <summary><c>abs(long)</c>, <c>abs(double)</c>.</summary>
        public override string ToString() => string.Join(" or ", Overloads.Select(o => $"{Name}({string.Join(", ", o.Parameters.Select(p => p.Word()))})"));
    }
}
