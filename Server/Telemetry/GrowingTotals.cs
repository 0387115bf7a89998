namespace StreamGrains.Server.Telemetry;

/// <summary>
/// Totals of a process over counters that come and go: a slot that leaves takes its counters away, and a total must not fall for that. Each reading adds what every counter has grown by since
/// the one before. Owner: one instrument; collections come one at a time.
/// </summary>
internal sealed class GrowingTotals
{
    private readonly Dictionary<(string Job, object Part), long> last = [];
    private readonly SortedDictionary<string, long> totals = new(StringComparer.Ordinal);

    /// <summary>The totals by job, after these readings. <paramref name="fromZero"/>: counters begin at 0 with their owner; else at whatever they are first seen with.</summary>
    public IReadOnlyDictionary<string, long> Add(IEnumerable<(string Job, object Part, long Count)> readings, bool fromZero)
    {
        var seen = new HashSet<(string, object)>();
        foreach (var (job, part, count) in readings)
        {
            seen.Add((job, part));
            var before = last.TryGetValue((job, part), out var known) && known <= count ? known : fromZero ? 0 : count;
            totals[job] = totals.GetValueOrDefault(job) + count - before;
            last[(job, part)] = count;
        }
        foreach (var gone in last.Keys.Where(k => !seen.Contains(k)).ToList()) last.Remove(gone);
        return totals;
    }
}
