namespace StreamGrains.Control.Supervision;

/// <summary>Rates of counters that are read now and then: over the time since a reading at least two seconds ago. Owner: one <see cref="HostedJob"/>, under its lock.</summary>
internal sealed class RateMeter<TKey>(TimeProvider time) where TKey : notnull
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private readonly Dictionary<TKey, Reading> readings = [];

    /// <summary>How fast the counter grew; 0 until there are two readings. A counter that starts anew starts a new rate.</summary>
    public double PerSecond(TKey key, long count)
    {
        var now = time.GetTimestamp();
        if (!readings.TryGetValue(key, out var before) || count < before.Count)
        {
            readings[key] = new Reading(now, count, 0);
            return 0;
        }
        var elapsed = time.GetElapsedTime(before.At, now);
        if (elapsed < Least) return before.Rate;
        var rate = (count - before.Count) / elapsed.TotalSeconds;
        readings[key] = new Reading(now, count, rate);
        return rate;
    }

    private readonly record struct Reading(long At, long Count, double Rate);
}
