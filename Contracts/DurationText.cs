using System.Globalization;

namespace StreamGrains.Contracts;

/// <summary>Durations as specs write them: a whole number and ms, s, m, h or d, such as 100ms or 7d.</summary>
public static class DurationText
{
    /// <summary>The longest duration: 36500d.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    /// <summary>Milliseconds of one unit, or 0 when there is no such unit.</summary>
    public static long UnitMilliseconds(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 0,
    };

    /// <summary>Reads a duration from 0 to <see cref="Longest"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        var unit = UnitMilliseconds(text[digits..]);
        if (unit == 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
        if (count > (long)Longest.TotalMilliseconds / unit) return false;
        duration = TimeSpan.FromMilliseconds(count * unit);
        return true;
    }

    /// <summary>The shortest way to write whole milliseconds: 1m, 90s, 1500ms.</summary>
    public static string Format(long milliseconds)
    {
        foreach (var unit in (ReadOnlySpan<string>)["d", "h", "m", "s"])
            if (milliseconds != 0 && milliseconds % UnitMilliseconds(unit) == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / UnitMilliseconds(unit)}{unit}");
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
    }
}
