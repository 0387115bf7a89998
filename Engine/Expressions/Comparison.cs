namespace StreamGrains.Engine.Expressions;

// A truth value is 0 or 1 in a column of longs. Long comparisons serve timestamps and bools as well; greater is less with its sides swapped.

public struct EqualLong : IBinary<long, long>
{
    public static long Apply(long left, long right) => left == right ? 1 : 0;
}

public struct NotEqualLong : IBinary<long, long>
{
    public static long Apply(long left, long right) => left != right ? 1 : 0;
}

public struct LessLong : IBinary<long, long>
{
    public static long Apply(long left, long right) => left < right ? 1 : 0;
}

public struct LessOrEqualLong : IBinary<long, long>
{
    public static long Apply(long left, long right) => left <= right ? 1 : 0;
}

public struct EqualDouble : IBinary<double, long>
{
    public static long Apply(double left, double right) => left == right ? 1 : 0;
}

public struct NotEqualDouble : IBinary<double, long>
{
    public static long Apply(double left, double right) => left != right ? 1 : 0;
}

public struct LessDouble : IBinary<double, long>
{
    public static long Apply(double left, double right) => left < right ? 1 : 0;
}

public struct LessOrEqualDouble : IBinary<double, long>
{
    public static long Apply(double left, double right) => left <= right ? 1 : 0;
}
