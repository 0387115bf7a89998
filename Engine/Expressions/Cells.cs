using System.Runtime.CompilerServices;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Expressions;

/// <summary>The arrays and null flags of columns, as kernels use them.</summary>
internal static class Cells
{
    /// <summary>The first rows of the column as long (also timestamp and bool), double or text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<T> Of<T>(Column column, int count)
    {
        if (typeof(T) == typeof(double)) return ((T[])(object)column.Doubles).AsSpan(0, count);
        if (typeof(T) == typeof(ByteSlice)) return ((T[])(object)column.Texts).AsSpan(0, count);
        return ((T[])(object)column.Longs).AsSpan(0, count);
    }

    /// <summary>Marks the rows null that are null in <paramref name="a"/>, and zeroes them.</summary>
    public static void TakeNulls(Column target, Column a, int count)
    {
        target.HasNulls = a.HasNulls;
        if (!a.HasNulls) return;
        a.Nulls.AsSpan(0, count).CopyTo(target.Nulls);
        Zero(target, count);
    }

    /// <summary>Marks the rows null that are null in <paramref name="a"/> or in <paramref name="b"/>, and zeroes them.</summary>
    public static void TakeNulls(Column target, Column a, Column b, int count)
    {
        if (!a.HasNulls || !b.HasNulls)
        {
            TakeNulls(target, a.HasNulls ? a : b, count);
            return;
        }
        target.HasNulls = true;
        var x = a.Nulls.AsSpan(0, count);
        var y = b.Nulls.AsSpan(0, count);
        var nulls = target.Nulls.AsSpan(0, count);
        for (var i = 0; i < nulls.Length; i++) nulls[i] = x[i] | y[i];
        Zero(target, count);
    }

    /// <summary>Makes null what a kernel marked as undefined with NaN.</summary>
    public static void NullWhereNaN(Column target, int count)
    {
        for (var i = 0; i < count; i++)
            if (double.IsNaN(target.Doubles[i])) target.SetNull(i);
    }

    /// <summary>A null row holds zero, or no text: what reads a column without asking for nulls must not see leftovers.</summary>
    private static void Zero(Column target, int count)
    {
        switch (target.Type)
        {
            case ColumnType.Double: Zero(target.Doubles, target.Nulls, count); break;
            case ColumnType.String: Zero(target.Texts, target.Nulls, count); break;
            default: Zero(target.Longs, target.Nulls, count); break;
        }
    }

    private static void Zero<T>(T[] values, bool[] nulls, int count) where T : struct
    {
        for (var i = 0; i < count; i++)
            if (nulls[i]) values[i] = default;
    }
}
