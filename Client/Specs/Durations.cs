using StreamGrains.Contracts;

namespace StreamGrains.Client;

/// <summary>Durations as specs write them.</summary>
internal static class Durations
{
    /// <summary>Throws <see cref="ArgumentException"/> for a duration that specs cannot write.</summary>
    public static string Text(TimeSpan duration) =>
        duration >= TimeSpan.Zero && duration.Ticks % TimeSpan.TicksPerMillisecond == 0
            ? DurationText.Format(duration.Ticks / TimeSpan.TicksPerMillisecond)
            : throw new ArgumentException($"a duration in a spec is a whole number of milliseconds from 0, and {duration} is not");
}
