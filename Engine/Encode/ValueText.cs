using System.Globalization;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Encode;

/// <summary>Values other than text as UTF-8: decimal integers, the shortest decimal that reads back as the same double, true and false, milliseconds.</summary>
internal static class ValueText
{
    /// <summary>Bytes that any of them fits in.</summary>
    public const int MaxNumber = 32;

    public static int Write(Column column, int row, Span<byte> target)
    {
        int written;
        switch (column.Type)
        {
            case ColumnType.Double:
                column.Doubles[row].TryFormat(target, out written, default, CultureInfo.InvariantCulture);
                return written;
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
