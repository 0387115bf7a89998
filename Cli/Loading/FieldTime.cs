using System.Buffers.Text;
using StreamGrains.Engine.Formats;

namespace StreamGrains.Cli.Loading;

/// <summary>Times as files write them: ISO 8601, or a number of seconds or milliseconds since the epoch.</summary>
internal static class FieldTime
{
    /// <summary>Larger numbers are milliseconds: as seconds they would lie behind the year 5138, as milliseconds smaller ones before March 1973.</summary>
    private const long LargestSeconds = 99_999_999_999;

    /// <summary>What a time may look like, for messages.</summary>
    public const string Forms = "ISO 8601 such as 2018-04-01T00:01:12Z, or seconds or milliseconds since the epoch";

    /// <summary>Reads a time as milliseconds since the epoch.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long milliseconds)
    {
        if (IsoTime.TryParse(text, out milliseconds)) return true;
        if (!Utf8Parser.TryParse(text, out decimal number, out var used) || used != text.Length || number < 0) return false;
        var scaled = number <= LargestSeconds ? number * 1000 : number;
        if (scaled > long.MaxValue / 2) return false;
        milliseconds = (long)scaled;
        return true;
    }
}
