namespace StreamGrains.Cli.Loading;

/// <summary>Tells texts that are JSON numbers as they stand (RFC 8259, section 6): <c>007</c>, <c>+1</c>, <c>.5</c> and <c>NaN</c> are not.</summary>
internal static class JsonNumber
{
    public static bool Is(ReadOnlySpan<byte> text)
    {
        var at = 0;
        if (at < text.Length && text[at] == (byte)'-') at++;
        var whole = Digits(text, ref at);
        if (whole == 0 || (whole > 1 && text[at - whole] == (byte)'0')) return false;
        if (at < text.Length && text[at] == (byte)'.')
        {
            at++;
            if (Digits(text, ref at) == 0) return false;
        }
        if (at < text.Length && text[at] is (byte)'e' or (byte)'E')
        {
            at++;
            if (at < text.Length && text[at] is (byte)'+' or (byte)'-') at++;
            if (Digits(text, ref at) == 0) return false;
        }
        return at == text.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9') at++;
        return at - start;
    }
}
