using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Expressions;

/// <summary>One aggregate, checked. <see cref="Value"/> indexes the step's distinct arguments, or is -1 for count.</summary>
internal sealed record CheckedAggregate(AggregateFunction Function, int Value, ColumnType Type);

/// <summary>Checks the aggregates of one rolling or window step and collects their distinct arguments.</summary>
internal sealed class Aggregates(ExpressionCompiler compiler, ReportMistake report)
{
    private static readonly Dictionary<string, AggregateFunction> Functions =
        Enum.GetValues<AggregateFunction>().ToDictionary(f => f.ToString().ToLowerInvariant());

    private readonly Dictionary<string, int> indexes = [];
    private readonly List<Expression> values = [];

    /// <summary>Names of the aggregates.</summary>
    public static IReadOnlyCollection<string> Names => Functions.Keys;

    /// <summary>Distinct arguments so far.</summary>
    public IReadOnlyList<Expression> Values => values;

    /// <summary>How a call reads: <c>sum(amount)</c>.</summary>
    public static string Text(AggregateFunction function, IReadOnlyList<Expression> values, int value) =>
        $"{function.ToString().ToLowerInvariant()}({(value < 0 ? "" : values[value].Text)})";

    /// <summary>Checks one; null when a mistake was reported.</summary>
    public CheckedAggregate? Check(CallNode call)
    {
        if (!Functions.TryGetValue(call.Name, out var function))
        {
            report(call.Offset, $"unknown aggregate '{call.Name}'", NearestName.Of(call.Name, Names));
            return null;
        }
        var wanted = function == AggregateFunction.Count ? 0 : 1;
        if (call.Arguments.Count != wanted)
        {
            report(call.Offset, wanted == 0 ? "count() takes no argument: it counts rows" : $"{call.Name} takes one argument, as in {call.Name}(amount)");
            return null;
        }
        if (wanted == 0) return new(function, -1, ColumnType.Long);
        var argument = call.Arguments[0];
        if (compiler.Compile(argument) is not { } value) return null;
        if (!value.Type.IsNumber() && value.Type != ColumnType.Bool)
        {
            report(argument.Offset, $"{call.Name} takes a number or bool; this is a {value.Type.Word()}");
            return null;
        }
        if (value.Nullable)
        {
            report(argument.Offset,
                $"{call.Name} takes values that cannot be null, and this one can; say what null counts as: "
                + $"{call.Name}({Operators.Coalesced($"{argument}", value.Type)})");
            return null;
        }
        var real = value.Type == ColumnType.Double || function is AggregateFunction.Avg or AggregateFunction.StdDev;
        return new(function, IndexOf(argument, value), real ? ColumnType.Double : ColumnType.Long);
    }

    private int IndexOf(SyntaxNode argument, Expression value)
    {
        var text = argument.ToString();
        if (indexes.TryGetValue(text, out var index)) return index;
        value.Text = text;
        values.Add(value);
        return indexes[text] = values.Count - 1;
    }
}
