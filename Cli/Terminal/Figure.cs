using System.Globalization;

namespace StreamGrains.Cli.Terminal;

/// <summary>Figures as people read them, the same in every culture.</summary>
internal static class Figure
{
    /// <summary><c>1,763,366</c>.</summary>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>12.3 MB</c>, in powers of ten.</summary>
    public static string Bytes(double value) => value switch
    {
        < 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value:0} B"),
        < 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.0} kB"),
        < 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.00} GB"),
    };

    /// <summary>A time of events, <c>2018-04-01 12:30:05</c> UTC, or <c>-</c> before the first.</summary>
    public static string Time(long milliseconds) => milliseconds is > -62_135_596_800_000 and < 253_402_300_800_000
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "-";

    /// <summary><c>1 row</c>, <c>2,000 rows</c>.</summary>
    public static string Of(long count, string one) => $"{Count(count)} {(count == 1 ? one : one + "s")}";

    /// <summary><c>8.4 s</c>, <c>12 min 5 s</c>.</summary>
    public static string Took(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");
}
