using System.Globalization;

namespace StreamGrains.Specs.Syntax;

/// <summary>
/// One node of a parsed expression. <see cref="Offset"/> is the character it starts at, or its operator. <c>ToString</c> is a canonical text:
/// the same however it was spaced or parenthesised.
/// </summary>
internal abstract record SyntaxNode(int Offset);

/// <summary>A constant: a long, double, string or bool, or null.</summary>
internal sealed record LiteralNode(int Offset, object? Value) : SyntaxNode(Offset)
{
    public override string ToString() => Value switch
    {
        null => "null",
        string text => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        bool truth => truth ? "true" : "false",
        double number => number.ToString("E16", CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Value}"),
    };
}

/// <summary>A column.</summary>
internal sealed record NameNode(int Offset, string Name) : SyntaxNode(Offset)
{
    public override string ToString() => Name;
}

/// <summary><c>-x</c> or <c>not x</c>.</summary>
internal sealed record UnaryNode(int Offset, string Operator, SyntaxNode Operand) : SyntaxNode(Offset)
{
    public override string ToString() => $"({Operator} {Operand})";
}

/// <summary>Two operands and what joins them.</summary>
internal sealed record BinaryNode(int Offset, string Operator, SyntaxNode Left, SyntaxNode Right) : SyntaxNode(Offset)
{
    public override string ToString() => $"({Left} {Operator} {Right})";
}

/// <summary><c>x in (1, 2, 3)</c>.</summary>
internal sealed record InNode(int Offset, SyntaxNode Operand, IReadOnlyList<SyntaxNode> Items) : SyntaxNode(Offset)
{
    public override string ToString() => $"({Operand} in ({string.Join(", ", Items)}))";
}

/// <summary><c>x is null</c>, <c>x is not null</c>.</summary>
internal sealed record IsNullNode(int Offset, SyntaxNode Operand, bool Negated) : SyntaxNode(Offset)
{
    public override string ToString() => $"({Operand} is {(Negated ? "not " : "")}null)";
}

/// <summary>A function with its arguments.</summary>
internal sealed record CallNode(int Offset, string Name, IReadOnlyList<SyntaxNode> Arguments) : SyntaxNode(Offset)
{
    public override string ToString() => $"{Name}({string.Join(", ", Arguments)})";
}

/// <summary><c>avg(amount) over 30d delayed 7d</c>: a rolling aggregate, durations in milliseconds.</summary>
internal sealed record RollingSyntax(CallNode Call, long OverMs, long DelayMs);
