using System.Globalization;

namespace StreamGrains.Storage;

/// <summary>Sizes as people write them: a whole number and KB, MB or GB, each a thousand of the one before.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)];

    /// <summary>Reads a size; false for anything else.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        foreach (var (unit, size) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            if (!int.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) break;
            bytes = count * size;
            return true;
        }
        bytes = 0;
        return false;
    }

    /// <summary>The shortest way to write whole kilobytes.</summary>
    public static string Format(long bytes)
    {
        var (unit, size) = Units.First(u => bytes % u.Bytes == 0 || u.Unit == "KB");
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{unit}");
    }
}
