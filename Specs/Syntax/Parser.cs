using StreamGrains.Engine;

namespace StreamGrains.Specs.Syntax;

/// <summary>
/// Precedence climbing over the tokens of one expression. From loosest to tightest: or; and; not; comparisons, in, between, is null;
/// + and -; * / and %; unary minus. Length, nesting and number of nodes are bounded, so no text can exhaust the stack.
/// </summary>
internal sealed class Parser
{
    private const int LongestText = 4_000;
    private const int DeepestNesting = 40;
    private const int MostNodes = 500;

    private static readonly string[] Comparisons = ["=", "!=", "<", "<=", ">", ">="];

    private readonly List<Token> tokens;
    private int at;
    private int depth;
    private int nodes;

    private Parser(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw new SyntaxMistake(0, "expected an expression");
        if (text.Length > LongestText) throw new SyntaxMistake(0, $"an expression may have {LongestText} characters; this one has {text.Length}");
        tokens = Lexer.Tokens(text);
    }

    private Token Current => tokens[at];

    /// <summary>Parses an expression.</summary>
    /// <exception cref="SyntaxMistake">The text is not one.</exception>
    public static SyntaxNode Expression(string text)
    {
        var parser = new Parser(text);
        var node = parser.Or();
        parser.ExpectEnd();
        return node;
    }

    /// <summary>Parses a rolling aggregate such as <c>avg(amount) over 30d delayed 7d</c>.</summary>
    /// <exception cref="SyntaxMistake">The text is not one.</exception>
    public static RollingSyntax Rolling(string text)
    {
        var parser = new Parser(text);
        var call = parser.Aggregate();
        if (!parser.TakeWord("over"))
            throw new SyntaxMistake(parser.Current.Offset, $"expected 'over' and a duration, as in {call.Name}(...) over 7d", parser.NearWord("over"));
        var over = parser.Duration();
        var delay = parser.TakeWord("delayed") ? parser.Duration() : 0;
        if (parser.Current.Kind == TokenKind.Name && parser.NearWord("delayed") is { } near)
            throw new SyntaxMistake(parser.Current.Offset, $"unexpected '{parser.Current.Text}'", near);
        parser.ExpectEnd();
        return new(call, over, delay);
    }

    /// <summary>Parses a window aggregate such as <c>sum(amount)</c>.</summary>
    /// <exception cref="SyntaxMistake">The text is not one.</exception>
    public static CallNode WindowAggregate(string text)
    {
        var parser = new Parser(text);
        var call = parser.Aggregate();
        if (parser.Current is { Kind: TokenKind.Word, Text: "over" })
            throw new SyntaxMistake(parser.Current.Offset, "'over' belongs to rolling steps; here the window's length decides");
        parser.ExpectEnd();
        return call;
    }

    private CallNode Aggregate() =>
        Unary() as CallNode ?? throw new SyntaxMistake(0, "expected an aggregate such as count() or avg(amount)");

    private long Duration()
    {
        var token = Current;
        if (token is not { Kind: TokenKind.Literal, Value: long milliseconds } || char.IsAsciiDigit(token.Text[^1]))
            throw new SyntaxMistake(token.Offset, "expected a duration such as 30s, 1h or 7d");
        at++;
        return milliseconds;
    }

    private SyntaxNode Or()
    {
        var left = And();
        while (Current is { Kind: TokenKind.Word, Text: "or" }) left = Joined(left, "or", And);
        return left;
    }

    private SyntaxNode And()
    {
        var left = Not();
        while (Current is { Kind: TokenKind.Word, Text: "and" }) left = Joined(left, "and", Not);
        return left;
    }

    private SyntaxNode Not()
    {
        var offset = Current.Offset;
        return TakeWord("not") ? Nested(offset, () => new UnaryNode(offset, "not", Not())) : Comparison();
    }

    private SyntaxNode Comparison()
    {
        var left = Sum();
        if (Current.Kind == TokenKind.Symbol && Comparisons.Contains(Current.Text))
        {
            left = Joined(left, Current.Text, Sum);
            if (Current.Kind == TokenKind.Symbol && Comparisons.Contains(Current.Text))
                throw new SyntaxMistake(Current.Offset, "a comparison has two sides; join comparisons with 'and'");
            return left;
        }
        var offset = Current.Offset;
        if (TakeWord("is"))
        {
            var negated = TakeWord("not");
            if (!TakeWord("null")) throw new SyntaxMistake(Current.Offset, "expected 'null' after 'is'; values are compared with '='");
            return Count(new IsNullNode(offset, left, negated));
        }
        var not = Current is { Kind: TokenKind.Word, Text: "not" } && TakeWord("not");
        SyntaxNode? node = TakeWord("in") ? Count(new InNode(offset, left, List())) : TakeWord("between") ? Between(offset, left) : null;
        if (not && node is null) throw new SyntaxMistake(Current.Offset, "expected 'in' or 'between' after 'not'");
        return node is null ? left : not ? Count(new UnaryNode(offset, "not", node)) : node;
    }

    private BinaryNode Between(int offset, SyntaxNode left)
    {
        var low = Sum();
        if (!TakeWord("and")) throw new SyntaxMistake(Current.Offset, "expected 'and' and the upper bound: x between 1 and 10");
        var high = Sum();
        nodes += 2;
        return Count(new BinaryNode(offset, "and", new BinaryNode(offset, ">=", left, low), new BinaryNode(offset, "<=", left, high)));
    }

    private SyntaxNode Sum()
    {
        var left = Product();
        while (Current is { Kind: TokenKind.Symbol, Text: "+" or "-" }) left = Joined(left, Current.Text, Product);
        return left;
    }

    private SyntaxNode Product()
    {
        var left = Unary();
        while (Current is { Kind: TokenKind.Symbol, Text: "*" or "/" or "%" }) left = Joined(left, Current.Text, Unary);
        return left;
    }

    private SyntaxNode Unary()
    {
        var offset = Current.Offset;
        return TakeSymbol("-") ? Nested(offset, () => new UnaryNode(offset, "-", Unary())) : Primary();
    }

    private SyntaxNode Primary()
    {
        var token = Current;
        at++;
        switch (token.Kind)
        {
            case TokenKind.Literal: return Count(new LiteralNode(token.Offset, token.Value));
            case TokenKind.Word when token.Text is "true" or "false": return Count(new LiteralNode(token.Offset, token.Text == "true"));
            case TokenKind.Word when token.Text == "null": return Count(new LiteralNode(token.Offset, null));
            case TokenKind.Name when Current is { Kind: TokenKind.Symbol, Text: "(" }: return Count(new CallNode(token.Offset, token.Text, List()));
            case TokenKind.Name: return Count(new NameNode(token.Offset, token.Text));
            case TokenKind.Symbol when token.Text == "(": return Nested(token.Offset, Parenthesised);
            default:
                at--;
                var ends = token.Kind == TokenKind.End;
                throw new SyntaxMistake(token.Offset, ends ? "the expression ends where a value was expected" : $"expected a value, found '{token.Text}'");
        }
    }

    private SyntaxNode Parenthesised()
    {
        var node = Or();
        Expect(")");
        return node;
    }

    private List<SyntaxNode> List()
    {
        var items = new List<SyntaxNode>();
        var offset = Current.Offset;
        Expect("(");
        if (TakeSymbol(")")) return items;
        Nested<SyntaxNode?>(offset, () =>
        {
            do items.Add(Or());
            while (TakeSymbol(","));
            Expect(")");
            return null;
        });
        return items;
    }

    private BinaryNode Joined(SyntaxNode left, string symbol, Func<SyntaxNode> right)
    {
        var offset = Current.Offset;
        at++;
        return Count(new BinaryNode(offset, symbol, left, right()));
    }

    private T Nested<T>(int offset, Func<T> parse)
    {
        if (++depth > DeepestNesting) throw new SyntaxMistake(offset, $"an expression may be nested {DeepestNesting} deep; use a derive step for a part of it");
        var result = parse();
        depth--;
        nodes++;
        return result;
    }

    private T Count<T>(T node) where T : SyntaxNode =>
        ++nodes <= MostNodes ? node : throw new SyntaxMistake(node.Offset, $"an expression may have {MostNodes} parts; use a derive step for some of them");

    private bool TakeWord(string word)
    {
        if (Current.Kind != TokenKind.Word || Current.Text != word) return false;
        at++;
        return true;
    }

    private bool TakeSymbol(string symbol)
    {
        if (Current.Kind != TokenKind.Symbol || Current.Text != symbol) return false;
        at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (TakeSymbol(symbol)) return;
        var ends = Current.Kind == TokenKind.End;
        throw new SyntaxMistake(Current.Offset, ends ? $"'{symbol}' is missing at the end" : $"expected '{symbol}', found '{Current.Text}'");
    }

    private string? NearWord(string word) => Current.Kind == TokenKind.Name ? NearestName.Of(Current.Text, [word]) : null;

    private void ExpectEnd()
    {
        if (Current.Kind == TokenKind.End) return;
        var near = Current.Kind == TokenKind.Name ? NearestName.Of(Current.Text, ["and", "or", "in", "between", "is"]) : null;
        throw new SyntaxMistake(Current.Offset, $"expected an operator, found '{Current.Text}'", near);
    }
}
