using System.Globalization;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats;

/// <summary>Turns the text of a field into a value of its column. Never throws.</summary>
internal static class FieldParser
{
    /// <summary>Times outside the years 1 to 9999 are out of range, so that window arithmetic cannot overflow.</summary>
    public const long MinTime = -62_135_596_800_000, MaxTime = 253_402_300_799_999;

    /// <summary>Type of the column that a field fills.</summary>
    public static ColumnType TypeOf(FieldKind kind) => kind switch
    {
        FieldKind.Long => ColumnType.Long,
        FieldKind.Double => ColumnType.Double,
        FieldKind.Bool => ColumnType.Bool,
        FieldKind.String => ColumnType.String,
        _ => ColumnType.Timestamp,
    };

    /// <summary>Parses unquoted text: a JSON number, a CSV column, a key or a header. Text kinds are the caller's.</summary>
    public static FaultKind Parse(ReadOnlySpan<byte> text, FieldKind kind, Column column, int row)
    {
        switch (kind)
        {
            case FieldKind.Double:
                return ParseDouble(text, out column.Doubles[row]);
            case FieldKind.Bool:
                return ParseBool(text, out column.Longs[row]);
            case FieldKind.TimestampIso:
                return IsoTime.TryParse(text, out column.Longs[row]) ? FaultKind.None : FaultKind.NotATime;
            case FieldKind.TimestampSeconds:
                var fault = ParseLong(text, out var seconds);
                if (fault != FaultKind.None) return fault;
                if (seconds is < MinTime / 1000 or > MaxTime / 1000) return FaultKind.OutOfRange;
                column.Longs[row] = seconds * 1000;
                return FaultKind.None;
            case FieldKind.TimestampMs:
                fault = ParseLong(text, out column.Longs[row]);
                return fault == FaultKind.None && column.Longs[row] is < MinTime or > MaxTime ? FaultKind.OutOfRange : fault;
            default:
                return ParseLong(text, out column.Longs[row]);
        }
    }

    private static FaultKind ParseLong(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        var negative = !text.IsEmpty && text[0] == (byte)'-';
        var digits = negative ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return FaultKind.WrongType;
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > 19) return FaultKind.OutOfRange;
        ulong magnitude = 0;
        foreach (var d in digits) magnitude = magnitude * 10 + (uint)(d - '0');
        if (magnitude > (negative ? 1UL << 63 : long.MaxValue)) return FaultKind.OutOfRange;
        value = negative ? unchecked(-(long)magnitude) : (long)magnitude;
        return FaultKind.None;
    }

    private static FaultKind ParseDouble(ReadOnlySpan<byte> text, out double value)
    {
        // Plain decimals of up to 15 digits are exact as integer / power of ten (Clinger 1990); the rest goes through the library.
        if (TryExactDecimal(text, out value)) return FaultKind.None;
        if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value))
            return FaultKind.WrongType;
        return double.IsFinite(value) ? FaultKind.None : FaultKind.OutOfRange;
    }

    private static bool TryExactDecimal(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.Length is 0 or > 16) return false;
        var negative = text[0] == (byte)'-';
        long digits = 0;
        int count = 0, fraction = -1;
        for (var i = negative ? 1 : 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'.' && fraction < 0)
            {
                fraction = 0;
                continue;
            }
            var d = text[i] - '0';
            if ((uint)d > 9) return false;
            digits = digits * 10 + d;
            count++;
            if (fraction >= 0) fraction++;
        }
        if (count is 0 or > 15) return false;
        value = fraction > 0 ? digits / PowersOfTen[fraction] : digits;
        if (negative) value = -value;
        return true;
    }

    private static FaultKind ParseBool(ReadOnlySpan<byte> text, out long value)
    {
        value = text.SequenceEqual("true"u8) || text.SequenceEqual("1"u8) ? 1 : 0;
        return value == 1 || text.SequenceEqual("false"u8) || text.SequenceEqual("0"u8) ? FaultKind.None : FaultKind.WrongType;
    }

    private static readonly double[] PowersOfTen = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
}
