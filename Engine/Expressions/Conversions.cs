using System.Buffers.Text;
using System.Globalization;
using System.Text;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

public struct LongToDouble : IUnary<long, double>
{
    public static double Apply(long value) => value;
}

/// <summary>Cuts off the fraction; stops at the ends of the range.</summary>
public struct DoubleToLong : IUnary<double, long>
{
    public static long Apply(double value) => value >= 9.2233720368547758E18 ? long.MaxValue : value <= -9.2233720368547758E18 ? long.MinValue : (long)value;
}

/// <summary>The same bits under another type: bool and timestamp as long, long as timestamp.</summary>
public struct SameLong : IUnary<long, long>
{
    public static long Apply(long value) => value;
}

/// <summary>Reads each text as a whole as a number; null where it is not one.</summary>
public sealed class ParseText(ColumnType type, Expression operand) : Expression(type, true)
{
    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        target.HasNulls = false;
        for (var i = 0; i < batch.Count; i++)
        {
            var text = batch.Text[column.Texts[i]];
            var good = !column.IsNull(i) && (Type == ColumnType.Long ? ReadLong(text, out target.Longs[i]) : ReadDouble(text, out target.Doubles[i]));
            if (!good) target.SetNull(i);
        }
    }

    private static bool ReadLong(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;

    private static bool ReadDouble(ReadOnlySpan<byte> text, out double value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value);

    public override Expression Copy() => new ParseText(Type, operand.Copy());
}

/// <summary>Each value as text: numbers as short as they read back the same, true and false, timestamps as ISO 8601 in UTC with milliseconds.</summary>
public sealed class FormatText(Expression operand) : Expression(ColumnType.String, operand.Nullable)
{
    private const int LongestNumber = 32;

    private static readonly long EarliestIso = DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), LatestIso = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public override void Evaluate(RowBatch batch, Column target)
    {
        var column = operand.Values(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            var room = batch.Text.Reserve(LongestNumber);
            target.Texts[i] = batch.Text.Take(Write(column, i, room));
        }
        Cells.TakeNulls(target, column, batch.Count);
    }

    private static int Write(Column column, int row, Span<byte> room)
    {
        var written = 0;
        var fits = column.Type switch
        {
            ColumnType.Double => column.Doubles[row].TryFormat(room, out written, default, CultureInfo.InvariantCulture),
            ColumnType.Bool => Encoding.UTF8.TryGetBytes(column.Longs[row] != 0 ? "true" : "false", room, out written),
            ColumnType.Timestamp => Time(column.Longs[row]).TryFormat(room, out written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            _ => column.Longs[row].TryFormat(room, out written, default, CultureInfo.InvariantCulture),
        };
        System.Diagnostics.Debug.Assert(fits);
        return written;
    }

    /// <summary>Times outside the years 1 to 9999 are written as the nearest one inside.</summary>
    private static DateTimeOffset Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(milliseconds, EarliestIso, LatestIso));

    public override Expression Copy() => new FormatText(operand.Copy());
}
