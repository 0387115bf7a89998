namespace StreamGrains.Engine.Expressions;

// A number in a row is always finite: arithmetic stops at the largest and smallest value of its type instead of wrapping around or
// reaching infinity, and what has no value at all (division by zero, the root of -1) is NaN here and null in the row.

public struct AddLong : IBinary<long, long>
{
    public static long Apply(long left, long right)
    {
        var sum = unchecked(left + right);
        return ((left ^ sum) & (right ^ sum)) >= 0 ? sum : left < 0 ? long.MinValue : long.MaxValue;
    }
}

public struct SubtractLong : IBinary<long, long>
{
    public static long Apply(long left, long right)
    {
        var difference = unchecked(left - right);
        return ((left ^ right) & (left ^ difference)) >= 0 ? difference : left < 0 ? long.MinValue : long.MaxValue;
    }
}

public struct MultiplyLong : IBinary<long, long>
{
    public static long Apply(long left, long right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high == low >> 63 ? low : (left ^ right) < 0 ? long.MinValue : long.MaxValue;
    }
}

public struct NegateLong : IUnary<long, long>
{
    public static long Apply(long value) => value == long.MinValue ? long.MaxValue : -value;
}

public struct AbsLong : IUnary<long, long>
{
    public static long Apply(long value) => value < 0 ? NegateLong.Apply(value) : value;
}

public struct MinLong : IBinary<long, long>
{
    public static long Apply(long left, long right) => Math.Min(left, right);
}

public struct MaxLong : IBinary<long, long>
{
    public static long Apply(long left, long right) => Math.Max(left, right);
}

/// <summary>Keeps results of double arithmetic finite.</summary>
internal static class Finite
{
    /// <summary>Infinity becomes the largest double, minus infinity the smallest.</summary>
    public static double Of(double value) => Math.Min(Math.Max(value, -double.MaxValue), double.MaxValue);
}

public struct AddDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => Finite.Of(left + right);
}

public struct SubtractDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => Finite.Of(left - right);
}

public struct MultiplyDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => Finite.Of(left * right);
}

public struct DivideDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => right == 0 ? double.NaN : Finite.Of(left / right);
}

public struct RemainderDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => left % right;
}

public struct PowerDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => left == 0 && right < 0 ? double.NaN : Finite.Of(Math.Pow(left, right));
}

public struct NegateDouble : IUnary<double, double>
{
    public static double Apply(double value) => -value;
}

public struct AbsDouble : IUnary<double, double>
{
    public static double Apply(double value) => Math.Abs(value);
}

public struct MinDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => Math.Min(left, right);
}

public struct MaxDouble : IBinary<double, double>
{
    public static double Apply(double left, double right) => Math.Max(left, right);
}

public struct FloorDouble : IUnary<double, double>
{
    public static double Apply(double value) => Math.Floor(value);
}

public struct CeilingDouble : IUnary<double, double>
{
    public static double Apply(double value) => Math.Ceiling(value);
}

public struct RoundDouble : IUnary<double, double>
{
    public static double Apply(double value) => Math.Round(value, MidpointRounding.AwayFromZero);
}

public struct LogDouble : IUnary<double, double>
{
    public static double Apply(double value) => value <= 0 ? double.NaN : Math.Log(value);
}

public struct SqrtDouble : IUnary<double, double>
{
    public static double Apply(double value) => Math.Sqrt(value);
}
