using System.Globalization;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Formats;

/// <summary>Values other than text as UTF-8: decimal integers, the shortest decimal that reads back as the same double, true and false, milliseconds.</summary>
internal static class ValueText
{
    /// <summary>Bytes that any of them fits in.</summary>
    public const int MaxNumber = 32;

    /// <summary>
    /// Whole numbers and hundredths, such as sums of money, go a shorter way: decimals of at most 15 digits are doubles of their own, so one that reads back as the same double is
    /// the shortest that does.
    /// </summary>
    public static int WriteDouble(double value, Span<byte> target)
    {
        int written;
        var hundredths = Math.Round(value * 100);
        if (hundredths == 0 || !(Math.Abs(hundredths) < 1e15) || hundredths / 100 != value)
        {
            value.TryFormat(target, out written, default, CultureInfo.InvariantCulture);
            return written;
        }
        var start = 0;
        if (value < 0) target[start++] = (byte)'-';
        var (whole, rest) = Math.DivRem((ulong)Math.Abs(hundredths), 100);
        whole.TryFormat(target[start..], out written, default, CultureInfo.InvariantCulture);
        written += start;
        if (rest == 0) return written;
        target[written++] = (byte)'.';
        target[written++] = (byte)('0' + rest / 10);
        if (rest % 10 != 0) target[written++] = (byte)('0' + rest % 10);
        return written;
    }

    public static int Write(Column column, int row, Span<byte> target)
    {
        int written;
        switch (column.Type)
        {
            case ColumnType.Double:
                return WriteDouble(column.Doubles[row], target);
            case ColumnType.Bool:
                var word = column.Longs[row] != 0 ? "true"u8 : "false"u8;
                word.CopyTo(target);
                return word.Length;
            default:
                column.Longs[row].TryFormat(target, out written, default, CultureInfo.InvariantCulture);
                return written;
        }
    }
}
