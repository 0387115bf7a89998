namespace StreamGrains.Engine.Expressions;

// Parts of a timestamp in UTC, by arithmetic alone: defined for every long, also far outside the years that DateTime knows.

internal static class Calendar
{
    public const long Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    /// <summary>Quotient rounded down, so that times before 1970 fall into the right day.</summary>
    public static long Floor(long value, long unit) => value / unit - (value % unit < 0 ? 1 : 0);

    /// <summary>What is left of the unit, never negative.</summary>
    public static long Within(long value, long unit)
    {
        var rest = value % unit;
        return rest < 0 ? rest + unit : rest;
    }

    /// <summary>The Gregorian date. Counts years from March, so that the leap day is the last of its year.</summary>
    public static (long Year, long Month, long Day) Date(long milliseconds)
    {
        const long era = 146_097; // days in 400 years
        var days = Floor(milliseconds, Day) + 719_468; // from 0000-03-01
        var dayOfEra = Within(days, era);
        var yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        var dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        var month = (5 * dayOfYear + 2) / 153; // from March
        var year = Floor(days, era) * 400 + yearOfEra + (month >= 10 ? 1 : 0);
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1);
    }
}

public struct HourOf : IUnary<long, long>
{
    public static long Apply(long value) => Calendar.Within(value, Calendar.Day) / Calendar.Hour;
}

public struct MinuteOf : IUnary<long, long>
{
    public static long Apply(long value) => Calendar.Within(value, Calendar.Hour) / Calendar.Minute;
}

public struct SecondOf : IUnary<long, long>
{
    public static long Apply(long value) => Calendar.Within(value, Calendar.Minute) / 1000;
}

/// <summary>1 is Monday, 7 is Sunday; 1970-01-01 was a Thursday.</summary>
public struct DayOfWeek : IUnary<long, long>
{
    public static long Apply(long value) => Calendar.Within(Calendar.Floor(value, Calendar.Day) + 3, 7) + 1;
}

public struct IsWeekend : IUnary<long, long>
{
    public static long Apply(long value) => DayOfWeek.Apply(value) >= 6 ? 1 : 0;
}

public struct DayOfMonth : IUnary<long, long>
{
    public static long Apply(long value) => Calendar.Date(value).Day;
}

public struct MonthOf : IUnary<long, long>
{
    public static long Apply(long value) => Calendar.Date(value).Month;
}

public struct YearOf : IUnary<long, long>
{
    public static long Apply(long value) => Calendar.Date(value).Year;
}
