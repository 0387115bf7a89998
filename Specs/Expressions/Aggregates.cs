using StreamGrains.Engine;
using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Expressions;

/// <summary>One aggregate, checked. <see cref="Value"/> indexes the step's distinct arguments, or is -1 for a function without one.</summary>
internal sealed record CheckedAggregate(IAggregate Function, int Value, ColumnType Type);

/// <summary>Checks the aggregates of one rolling or window step and collects their distinct arguments.</summary>
internal sealed class Aggregates(ExpressionCompiler compiler, ReportMistake report)
{
    private readonly Dictionary<string, int> indexes = [];
    private readonly List<Expression> values = [];

    /// <summary>The functions that there are.</summary>
    public static readonly IReadOnlyList<IAggregate> All =
    [
        CountAggregate.Instance, SumAggregate.Instance, AvgAggregate.Instance, MinAggregate.Instance, MaxAggregate.Instance, StdDevAggregate.Instance,
        VarianceAggregate.Instance,
    ];

    /// <summary>Their names.</summary>
    public static readonly IReadOnlyCollection<string> Names = [.. All.Select(f => f.Name)];

    /// <summary>Distinct arguments so far.</summary>
    public IReadOnlyList<Expression> Values => values;

    /// <summary>How a call reads: <c>sum(amount)</c>.</summary>
    public static string Text(IAggregate function, IReadOnlyList<Expression> values, int value) => $"{function.Name}({(value < 0 ? "" : values[value].Text)})";

    /// <summary>Checks one; null when a mistake was reported.</summary>
    public CheckedAggregate? Check(CallNode call)
    {
        if (All.FirstOrDefault(f => f.Name == call.Name) is not { } function)
        {
            report(call.Offset, $"unknown aggregate '{call.Name}'", NearestName.Of(call.Name, Names));
            return null;
        }
        if (call.Arguments.Count != (function.TakesValue ? 1 : 0))
        {
            report(call.Offset, function.TakesValue ? $"{call.Name} takes one argument, as in {call.Name}(amount)" : $"{call.Name}() takes no argument: it counts rows");
            return null;
        }
        if (!function.TakesValue) return new(function, -1, function.ResultType(ColumnType.Long));
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
        return new(function, IndexOf(argument, value), function.ResultType(value.Type));
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
