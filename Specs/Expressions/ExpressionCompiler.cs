using System.Collections.Frozen;
using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Specs.Syntax;

namespace StreamGrains.Specs.Expressions;

/// <summary>Reports a mistake at a character of an expression's text.</summary>
internal delegate void ReportMistake(int offset, string message, string? suggestion = null);

/// <summary>
/// Types an expression and builds its kernels. A null result means that a mistake was reported, here or where an unknown column was declared;
/// every other part is still judged, so all mistakes come out at once.
/// </summary>
internal sealed class ExpressionCompiler(ColumnScope scope, ReportMistake report, HostFunctions? host = null)
{
    /// <summary>Functions of the host program; null for none.</summary>
    public HostFunctions? Host => host;

    /// <summary>Reads and compiles a text.</summary>
    public Expression? Compile(string text)
    {
        try
        {
            return Compile(Parser.Expression(text));
        }
        catch (SyntaxMistake mistake)
        {
            report(mistake.Offset, mistake.Message, mistake.Suggestion);
            return null;
        }
    }

    /// <summary>Compiles what was read.</summary>
    public Expression? Compile(SyntaxNode node) => node switch
    {
        LiteralNode literal => Literal(literal),
        NameNode name => Column(name),
        UnaryNode { Operator: "not" } not => Compile(not.Operand) is { } operand && Is(operand, ColumnType.Bool, not.Operand, "not")
            ? new Unary<long, long, Not>(ColumnType.Bool, operand) : null,
        UnaryNode minus => Negate(minus),
        BinaryNode { Operator: "and" or "or" } logic => Logic(logic),
        BinaryNode { Operator: "+" or "-" or "*" or "/" or "%" } arithmetic => Arithmetic(arithmetic),
        BinaryNode comparison => Comparison(comparison),
        InNode membership => Membership(membership),
        IsNullNode test => Compile(test.Operand) is { } operand ? new IsNull(operand, test.Negated) : null,
        CallNode call => Functions.Call(call, this, report),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Expression? Literal(LiteralNode node)
    {
        switch (node.Value)
        {
            case long value: return new Constant<long>(ColumnType.Long, value);
            case double value: return new Constant<double>(ColumnType.Double, value);
            case bool value: return new Constant<long>(ColumnType.Bool, value ? 1 : 0);
            case string value: return new TextConstant(Encoding.UTF8.GetBytes(value));
            default:
                report(node.Offset, "null has no type here; it can be an argument of if and coalesce, and is tested with 'is null'");
                return null;
        }
    }

    private ColumnExpression? Column(NameNode node)
    {
        var column = scope.Find(node.Name);
        if (column is null) report(node.Offset, $"unknown column '{node.Name}'", scope.Nearest(node.Name));
        return column?.Type is { } type ? new ColumnExpression(column.Index, type, column.Nullable) : null;
    }

    private Expression? Negate(UnaryNode node)
    {
        var operand = Compile(node.Operand);
        switch (operand)
        {
            case null: return null;
            case Constant<long> { Type: ColumnType.Long } constant: return new Constant<long>(ColumnType.Long, NegateLong.Apply(constant.Value));
            case Constant<double> constant: return new Constant<double>(ColumnType.Double, -constant.Value);
        }
        if (operand.Type == ColumnType.Long) return new Unary<long, long, NegateLong>(ColumnType.Long, operand);
        if (operand.Type == ColumnType.Double) return new Unary<double, double, NegateDouble>(ColumnType.Double, operand);
        report(node.Offset, $"'-' takes a number; this is a {operand.Type.Word()}");
        return null;
    }

    private AndOr? Logic(BinaryNode node)
    {
        var (left, right) = (Compile(node.Left), Compile(node.Right));
        var good =
            (left is null || Is(left, ColumnType.Bool, node.Left, node.Operator)) & (right is null || Is(right, ColumnType.Bool, node.Right, node.Operator));
        return good && left is not null && right is not null ? new AndOr(node.Operator == "and", left, right) : null;
    }

    private bool Is(Expression expression, ColumnType type, SyntaxNode node, string user)
    {
        if (expression.Type == type) return true;
        report(node.Offset, $"'{user}' takes a {type.Word()}; this is a {expression.Type.Word()}");
        return false;
    }

    private Expression? Arithmetic(BinaryNode node)
    {
        var (left, right) = (Compile(node.Left), Compile(node.Right));
        if (left is null || right is null) return null;
        var result = Operators.Arithmetic(node.Operator, left, right);
        if (result is not null) return result;
        var help = (left.Type, right.Type) switch
        {
            (ColumnType.String, ColumnType.String) when node.Operator == "+" => "; texts are joined with concat",
            (ColumnType.Bool, _) or (_, ColumnType.Bool) => "; to_long makes 1 or 0 of a bool",
            (ColumnType.Timestamp, _) or (_, ColumnType.Timestamp) => "; a timestamp takes + and - with a duration, and - with a timestamp",
            _ => "",
        };
        report(node.Offset, $"'{node.Operator}' does not go with {left.Type.Word()} and {right.Type.Word()}{help}");
        return null;
    }

    private Expression? Comparison(BinaryNode node)
    {
        if (node.Left is LiteralNode { Value: null } || node.Right is LiteralNode { Value: null })
        {
            report(node.Offset, "a comparison with null is never true; write 'is null' or 'is not null'");
            return null;
        }
        var (left, right) = (Compile(node.Left), Compile(node.Right));
        if (left is null || right is null) return null;
        var result = Operators.Comparison(node.Operator, left, right);
        if (result is not null) return result;
        var help = (left.Type, right.Type) switch
        {
            (ColumnType.Timestamp, _) when right.Type.IsNumber() => "; to_timestamp makes one of milliseconds",
            (_, ColumnType.Timestamp) when left.Type.IsNumber() => "; to_timestamp makes one of milliseconds",
            (ColumnType.Bool, ColumnType.Bool) => "; bools are only equal or not",
            _ => "",
        };
        report(node.Offset, $"'{node.Operator}' does not compare {left.Type.Word()} with {right.Type.Word()}{help}");
        return null;
    }

    private Expression? Membership(InNode node)
    {
        var operand = Compile(node.Operand);
        var items = new List<Expression>();
        if (node.Items.Count == 0) report(node.Offset, "the list after 'in' is empty");
        foreach (var item in node.Items)
        {
            var value = Compile(item);
            if (value is not null and not (Constant<long> or Constant<double> or TextConstant))
                report(item.Offset, "the list after 'in' takes constants; compare with '=' and 'or'");
            else if (value is not null && operand is not null && !Operators.Comparable(operand.Type, value.Type))
                report(item.Offset, $"this is a {value.Type.Word()}; before 'in' stands a {operand.Type.Word()}");
            else if (value is not null) items.Add(value);
        }
        if (operand is null || items.Count < node.Items.Count || items.Count == 0) return null;
        if (operand.Type == ColumnType.String)
            return new InTexts(operand, [.. items.Cast<TextConstant>().Select(t => t.Bytes.ToArray()).Order(Comparer<byte[]>.Create(InTexts.Compare))]);
        if (operand.Type == ColumnType.Double || items.Any(i => i.Type == ColumnType.Double))
            return new InSet<double>(Operators.AsDouble(operand), items.Select(i => ((Constant<double>)Operators.AsDouble(i)).Value).ToFrozenSet());
        return new InSet<long>(operand, items.Cast<Constant<long>>().Select(c => c.Value).ToFrozenSet());
    }
}
