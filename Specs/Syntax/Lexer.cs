using System.Globalization;
using StreamGrains.Contracts;

namespace StreamGrains.Specs.Syntax;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>End of the text.</summary>
    End,

    /// <summary>Column or function.</summary>
    Name,

    /// <summary>Reserved word, in lower case.</summary>
    Word,

    /// <summary>Number, duration or text.</summary>
    Literal,

    /// <summary>Operator, comma or parenthesis.</summary>
    Symbol,
}

/// <summary>One token; a literal has its value.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Offset, object? Value = null);

/// <summary>A mistake in the form of an expression, at a character of its text. Thrown and caught within this folder only.</summary>
internal sealed class SyntaxMistake(int offset, string message, string? suggestion = null) : Exception(message)
{
    public int Offset { get; } = offset;

    public string? Suggestion { get; } = suggestion;
}

/// <summary>Cuts an expression into tokens.</summary>
internal static class Lexer
{
    /// <summary>Words that cannot be column names; case does not matter.</summary>
    public static readonly IReadOnlySet<string> Words =
        new HashSet<string>(["and", "or", "not", "in", "between", "is", "null", "true", "false", "over", "delayed"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Symbols = ["==", "!=", "<>", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ","];

    private static readonly Dictionary<string, string> Foreign = new() { ["&&"] = "and", ["||"] = "or", ["!"] = "not" };

    /// <summary>Whether a text can name a column.</summary>
    public static bool IsName(string text) => text.Length is > 0 and <= 100 && IsNameStart(text[0]) && text.All(IsNamePart) && !Words.Contains(text);

    /// <summary>The tokens of a text, the end included.</summary>
    public static List<Token> Tokens(string text)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }
            tokens.Add(Next(text, ref at));
        }
        tokens.Add(new(TokenKind.End, "the end", text.Length));
        return tokens;
    }

    private static Token Next(string text, ref int at)
    {
        if (IsNameStart(text[at])) return Name(text, ref at);
        if (char.IsAsciiDigit(text[at])) return Number(text, ref at);
        if (text[at] == '\'') return Quoted(text, ref at);
        foreach (var (symbol, word) in Foreign)
            if (text.AsSpan(at).StartsWith(symbol) && !text.AsSpan(at).StartsWith("!="))
                throw new SyntaxMistake(at, $"'{symbol}' is not an operator here", word);
        foreach (var symbol in Symbols)
        {
            if (!text.AsSpan(at).StartsWith(symbol)) continue;
            var token = new Token(TokenKind.Symbol, symbol switch { "==" => "=", "<>" => "!=", _ => symbol }, at);
            at += symbol.Length;
            return token;
        }
        throw new SyntaxMistake(at, text[at] == '"' ? "a text is written in single quotes: 'DE'" : $"unexpected character '{text[at]}'");
    }

    private static Token Name(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && IsNamePart(text[at])) at++;
        var name = text[start..at];
        return Words.Contains(name) ? new(TokenKind.Word, name.ToLowerInvariant(), start) : new(TokenKind.Name, name, start);
    }

    private static Token Number(string text, ref int at)
    {
        var start = at;
        Digits(text, ref at);
        var whole = !(at + 1 < text.Length && text[at] == '.' && char.IsAsciiDigit(text[at + 1]));
        if (!whole)
        {
            at++;
            Digits(text, ref at);
        }
        if (at < text.Length && (text[at] is 'e' or 'E'))
        {
            var sign = at + 1 < text.Length && (text[at + 1] is '+' or '-') ? 1 : 0;
            if (at + 1 + sign < text.Length && char.IsAsciiDigit(text[at + 1 + sign]))
            {
                whole = false;
                at += 1 + sign;
                Digits(text, ref at);
            }
        }
        var number = text[start..at];
        var unit = at;
        while (at < text.Length && IsNamePart(text[at])) at++;
        if (at > unit) return Duration(text[start..at], text[unit..at], whole, start);
        if (!whole)
        {
            var value = double.Parse(number, CultureInfo.InvariantCulture);
            return double.IsFinite(value) ? new(TokenKind.Literal, number, start, value) : throw new SyntaxMistake(start, "the number is too large");
        }
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var integer)
            ? new(TokenKind.Literal, number, start, integer)
            : throw new SyntaxMistake(start, "the number is too large for a long; write it with a decimal point");
    }

    private static Token Duration(string text, string unit, bool whole, int start)
    {
        if (DurationText.UnitMilliseconds(unit) == 0) throw new SyntaxMistake(start, $"'{unit}' after a number is no unit; durations end in ms, s, m, h or d");
        if (!whole) throw new SyntaxMistake(start, "a duration is a whole number and a unit, such as 90m");
        return DurationText.TryParse(text, out var duration)
            ? new(TokenKind.Literal, text, start, (long)duration.TotalMilliseconds)
            : throw new SyntaxMistake(start, $"a duration is at most {DurationText.Longest.Days}d");
    }

    private static Token Quoted(string text, ref int at)
    {
        var start = at;
        var value = new System.Text.StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '\'') value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == '\'') value.Append(text[at++]);
            else
            {
                at++;
                return new(TokenKind.Literal, text[start..at], start, value.ToString());
            }
        }
        throw new SyntaxMistake(start, "the text has no closing quote");
    }

    private static void Digits(string text, ref int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
