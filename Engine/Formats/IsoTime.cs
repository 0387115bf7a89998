namespace StreamGrains.Engine.Formats;

/// <summary>
/// ISO 8601 times in the forms that events carry: <c>2018-04-01</c>, <c>2018-04-01T00:01:12</c>, a space for the T, a fraction of up to nine digits
/// (milliseconds are kept), Z or an offset such as +02:00. Without an offset the time is UTC.
/// </summary>
public static class IsoTime
{
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return false;
        if (!Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        milliseconds = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerMillisecond + FieldParser.MinTime;
        text = text[10..];
        if (text.IsEmpty) return true;
        if (text[0] is not ((byte)'T' or (byte)' ' or (byte)'t') || text.Length < 6 || text[3] != ':') return false;
        if (!Digits(text[1..3], out var hour) || !Digits(text[4..6], out var minute) || hour > 23 || minute > 59) return false;
        milliseconds += (hour * 60 + minute) * 60_000L;
        text = text[6..];
        if (!text.IsEmpty && text[0] == ':')
        {
            if (text.Length < 3 || !Digits(text[1..3], out var second) || second > 59) return false;
            milliseconds += second * 1000;
            text = text[3..];
            if (!text.IsEmpty && text[0] is (byte)'.' or (byte)',' && !Fraction(ref text, ref milliseconds)) return false;
        }
        return Offset(text, ref milliseconds) && milliseconds is >= FieldParser.MinTime and <= FieldParser.MaxTime;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> text, ref long milliseconds)
    {
        var length = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length < 0) length = text.Length - 1;
        if (length is 0 or > 9) return false;
        var unit = 100;
        for (var i = 1; i <= Math.Min(length, 3); i++, unit /= 10) milliseconds += (text[i] - '0') * unit;
        text = text[(1 + length)..];
        return true;
    }

    private static bool Offset(ReadOnlySpan<byte> text, ref long milliseconds)
    {
        if (text.IsEmpty || text.SequenceEqual("Z"u8) || text.SequenceEqual("z"u8)) return true;
        if (text[0] is not ((byte)'+' or (byte)'-')) return false;
        var minutes = 0;
        var colon = text.Length == 6 && text[3] == ':';
        if (text.Length is not (3 or 5 or 6) || (text.Length == 6 && !colon)) return false;
        if (!Digits(text[1..3], out var hours) || (text.Length > 3 && !Digits(text[^2..], out minutes)) || hours > 23 || minutes > 59) return false;
        milliseconds -= (text[0] == '+' ? 1 : -1) * (hours * 60 + minutes) * 60_000L;
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + (c - '0');
        }
        return true;
    }
}
