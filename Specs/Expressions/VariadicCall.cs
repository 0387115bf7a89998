using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Expressions;

/// <summary>
/// Compiles if, coalesce, least, greatest and concat: several arguments, which agree on a type. <paramref name="form"/> is how the call is written.
/// </summary>
internal sealed class VariadicCall(CallNode call, string form, ExpressionCompiler compiler, ReportMistake report)
{
    /// <summary>The call; null when a mistake was reported.</summary>
    public Expression? Compile()
    {
        var count = call.Arguments.Count;
        if (call.Name == "if" ? count != 3 : count < 2)
        {
            foreach (var argument in call.Arguments.Where(a => a is not LiteralNode)) compiler.Compile(argument);
            report(call.Offset, $"{form} takes {(call.Name == "if" ? "3" : "at least 2")} arguments; here {(count == 1 ? "is" : "are")} {count}");
            return null;
        }
        return call.Name == "if" ? If() : Fold();
    }

    private Expression? If()
    {
        var condition = compiler.Compile(call.Arguments[0]);
        var values = Unified([.. call.Arguments.Skip(1)], nulls: true);
        if (condition is not null && condition.Type != ColumnType.Bool)
        {
            report(call.Arguments[0].Offset, $"the condition of if is a bool; this is a {condition.Type.Word()}");
            return null;
        }
        if (condition is null || values is null) return null;
        var (then, otherwise) = (values[0], values[1]);
        return then.Type switch
        {
            ColumnType.Double => new If<double>(condition, then, otherwise),
            ColumnType.String => new If<ByteSlice>(condition, then, otherwise),
            _ => new If<long>(condition, then, otherwise),
        };
    }

    private Expression? Fold()
    {
        var values = Unified(call.Arguments, nulls: call.Name == "coalesce");
        if (values is null) return null;
        var type = values[0].Type;
        var fits = call.Name switch { "concat" => type == ColumnType.String, "coalesce" => true, _ => type.IsNumber() };
        if (fits) return values.Aggregate(Join);
        report(call.Offset, $"{form} does not take a {type.Word()}{(call.Name == "concat" ? "; to_string makes text of it" : "")}");
        return null;
    }

    private Expression Join(Expression a, Expression b) => (call.Name, a.Type) switch
    {
        ("concat", _) => new Concat(a, b),
        ("least", ColumnType.Double) => new Binary<double, double, MinDouble>(a.Type, a, b),
        ("least", _) => new Binary<long, long, MinLong>(a.Type, a, b),
        ("greatest", ColumnType.Double) => new Binary<double, double, MaxDouble>(a.Type, a, b),
        ("greatest", _) => new Binary<long, long, MaxLong>(a.Type, a, b),
        (_, ColumnType.Double) => new Coalesce<double>(a, b),
        (_, ColumnType.String) => new Coalesce<ByteSlice>(a, b),
        _ => new Coalesce<long>(a, b),
    };

    /// <summary>The arguments in their common type; a null literal takes it as well where allowed.</summary>
    private List<Expression>? Unified(IReadOnlyList<SyntaxNode> arguments, bool nulls)
    {
        var compiled = arguments.Select(a => nulls && a is LiteralNode { Value: null } ? null : compiler.Compile(a)).ToList();
        ColumnType? type = null;
        var good = true;
        for (var i = 0; i < compiled.Count; i++)
        {
            if (compiled[i] is not { } value)
            {
                good &= nulls && arguments[i] is LiteralNode { Value: null };
                continue;
            }
            var common = type is { } before ? Operators.Common(before, value.Type) : value.Type;
            if (common is null)
            {
                report(arguments[i].Offset,
                    $"the arguments of {call.Name} have one type; this is a {value.Type.Word()} and before it is a {type!.Value.Word()}");
                return null;
            }
            type = common;
        }
        if (type is null && good) report(call.Offset, $"{form} needs an argument that is not null");
        if (type is null || !good) return null;
        return [.. compiled.Select(c => c is null ? new NullConstant(type.Value) : Operators.As(type.Value, c))];
    }
}
