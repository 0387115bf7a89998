namespace StreamGrains.Engine.Formats.Json;

/// <summary>
/// Walks JSON text (RFC 8259) in place, strictly, without exceptions, recursion or allocation. Every method leaves the position behind what it took; false means
/// that the text is not JSON there, and <see cref="TooDeep"/> tells whether depth was the reason. The text is valid UTF-8.
/// </summary>
internal ref struct JsonScanner(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> text = text;

    /// <summary>Bytes taken so far.</summary>
    public int Position { get; private set; }

    /// <summary>The value was nested deeper than <see cref="ValueDecoder.MaxDepth"/>.</summary>
    public bool TooDeep { get; private set; }

    public readonly bool AtEnd => Position >= text.Length;

    /// <summary>The next byte, or 0 at the end.</summary>
    public readonly byte Peek => Position < text.Length ? text[Position] : (byte)0;

    public void SkipSpace()
    {
        while (Position < text.Length && text[Position] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') Position++;
    }

    /// <summary>Takes <paramref name="expected"/> after any space.</summary>
    public bool TryTake(byte expected)
    {
        SkipSpace();
        if (Peek != expected || AtEnd) return false;
        Position++;
        return true;
    }

    /// <summary>Takes a word such as true, false or null.</summary>
    public bool TryTakeWord(ReadOnlySpan<byte> word)
    {
        if (!text[Position..].StartsWith(word)) return false;
        Position += word.Length;
        return true;
    }

    /// <summary>Takes a string; <paramref name="content"/> is what stands between the quotes, escapes and all.</summary>
    public bool TryString(out ReadOnlySpan<byte> content, out bool escaped)
    {
        content = default;
        escaped = false;
        if (Peek != '"') return false;
        var start = ++Position;
        while (true)
        {
            var rest = text[Position..];
            var length = rest.IndexOfAny((byte)'"', (byte)'\\');
            if (length < 0 || rest[..length].ContainsAnyInRange((byte)0, (byte)0x1F)) return false;
            Position += length;
            if (text[Position] == '"') break;
            escaped = true;
            if (!TrySkipEscape()) return false;
        }
        content = text[start..Position++];
        return true;
    }

    /// <summary>Takes a number; <paramref name="token"/> is its text.</summary>
    public bool TryNumber(out ReadOnlySpan<byte> token)
    {
        token = default;
        var start = Position;
        if (Peek == '-') Position++;
        if (Peek == '0') Position++;
        else if (!SkipDigits()) return false;
        if (Peek == '.')
        {
            Position++;
            if (!SkipDigits()) return false;
        }
        if (Peek is (byte)'e' or (byte)'E')
        {
            Position++;
            if (Peek is (byte)'+' or (byte)'-') Position++;
            if (!SkipDigits()) return false;
        }
        token = text[start..Position];
        return true;
    }

    /// <summary>Takes one value of any kind.</summary>
    public bool TrySkipValue()
    {
        // Bit d - 1 tells whether the container at depth d is an object.
        ulong objects = 0;
        var depth = 0;
        while (true)
        {
            SkipSpace();
            if (Peek is (byte)'{' or (byte)'[')
            {
                if (depth == ValueDecoder.MaxDepth)
                {
                    TooDeep = true;
                    return false;
                }
                var isObject = Peek == '{';
                Position++;
                objects = isObject ? objects | (1UL << depth) : objects & ~(1UL << depth);
                depth++;
                if (!TryTake(isObject ? (byte)'}' : (byte)']'))
                {
                    if (isObject && !TryName()) return false;
                    continue;
                }
                depth--;
            }
            else if (!TrySkipScalar()) return false;
            while (true)
            {
                if (depth == 0) return true;
                var inObject = (objects >> (depth - 1) & 1) != 0;
                if (TryTake((byte)','))
                {
                    if (inObject && !TryName()) return false;
                    break;
                }
                if (!TryTake(inObject ? (byte)'}' : (byte)']')) return false;
                depth--;
            }
        }
    }

    private bool TryName()
    {
        SkipSpace();
        return TryString(out _, out _) && TryTake((byte)':');
    }

    private bool TrySkipScalar() => Peek switch
    {
        (byte)'"' => TryString(out _, out _),
        (byte)'t' => TryTakeWord("true"u8),
        (byte)'f' => TryTakeWord("false"u8),
        (byte)'n' => TryTakeWord("null"u8),
        _ => TryNumber(out _),
    };

    private bool TrySkipEscape()
    {
        var rest = text[(Position + 1)..];
        if (rest.IsEmpty) return false;
        if (rest[0] != 'u')
        {
            Position += 2;
            return "\"\\/bfnrt"u8.Contains(rest[0]);
        }
        if (rest.Length < 5) return false;
        foreach (var digit in rest[1..5])
            if (!char.IsAsciiHexDigit((char)digit)) return false;
        Position += 6;
        return true;
    }

    private bool SkipDigits()
    {
        var start = Position;
        while (Peek is >= (byte)'0' and <= (byte)'9') Position++;
        return Position > start;
    }
}
