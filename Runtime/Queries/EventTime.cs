namespace StreamGrains.Runtime.Queries;

/// <summary>Event times, milliseconds since the epoch, as clients see them.</summary>
public static class EventTime
{
    /// <summary>A time; null for those before all events and behind all times that there are.</summary>
    public static DateTimeOffset? Of(long milliseconds) =>
        milliseconds is >= -62_135_596_800_000 and < 253_402_300_800_000 ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    /// <summary>A time, or the first or last one that there is: a window of the year 1 may begin before it.</summary>
    public static DateTimeOffset Nearest(long milliseconds) => Of(milliseconds) ?? (milliseconds < 0 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue);
}
