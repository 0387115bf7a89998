using System.Runtime.CompilerServices;
using System.Text;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Specs.Expressions;

/// <summary>Cells as C# values, without boxing.</summary>
internal static class HostValue<T>
{
    /// <summary>Characters; what is longer is no value for a column.</summary>
    private const int LongestText = 65_536;

    public static T Read(RowBatch batch, Column column, int row)
    {
        if (typeof(T) == typeof(long)) return Same<long>(column.Longs[row]);
        if (typeof(T) == typeof(double)) return Same<double>(column.Doubles[row]);
        if (typeof(T) == typeof(bool)) return Same<bool>(column.Longs[row] != 0);
        if (typeof(T) == typeof(DateTimeOffset)) return Same<DateTimeOffset>(DateTimeOffset.FromUnixTimeMilliseconds(column.Longs[row]));
        return (T)(object)Encoding.UTF8.GetString(batch.Text[column.Texts[row]]);
    }

    /// <summary>False for what a column holds as null.</summary>
    public static bool Write(RowBatch batch, Column column, int row, T value)
    {
        if (value is null || value is double.NaN) return false;
        if (typeof(T) == typeof(long)) column.Longs[row] = Unsafe.As<T, long>(ref value);
        else if (typeof(T) == typeof(double)) column.Doubles[row] = Unsafe.As<T, double>(ref value);
        else if (typeof(T) == typeof(bool)) column.Longs[row] = Unsafe.As<T, bool>(ref value) ? 1 : 0;
        else if (typeof(T) == typeof(DateTimeOffset)) column.Longs[row] = Unsafe.As<T, DateTimeOffset>(ref value).ToUnixTimeMilliseconds();
        else
        {
            var text = (string)(object)value;
            if (text.Length > LongestText) return false;
            column.Texts[row] = batch.Text.Append(Encoding.UTF8.GetBytes(text));
        }
        return true;
    }

    private static T Same<TSame>(TSame value) => Unsafe.As<TSame, T>(ref value);
}
