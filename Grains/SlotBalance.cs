namespace StreamGrains.Grains;

/// <summary>
/// Where the slots of one job should run. Its own slots are spread first, so that one silo's end stops as little of a job as can be; then the silos' loads by all jobs decide. Pure:
/// the same facts give the same answer on every silo.
/// </summary>
internal static class SlotBalance
{
    /// <summary>The silo for a slot that runs nowhere; null when there is no silo.</summary>
    /// <param name="silos">Silos that can run slots, in a fixed order.</param>
    /// <param name="own">Silo of each slot of this job that has one.</param>
    /// <param name="loads">Slots of all jobs by silo; a silo that is absent has none.</param>
    public static T? Place<T>(IReadOnlyList<T> silos, IEnumerable<T> own, IReadOnlyDictionary<T, int> loads)
        where T : class
    {
        var counts = CountBy(silos, own);
        return silos.MinBy(s => (counts[s], loads.GetValueOrDefault(s)));
    }

    /// <summary>
    /// The one move that brings the job nearer to an even spread; null when none does. A move is worth its hand-over when a silo has at least two slots more than another.
    /// </summary>
    public static (int Slot, T To)? NextMove<T>(IReadOnlyList<T> silos, IReadOnlyDictionary<int, T> own, IReadOnlyDictionary<T, int> loads)
        where T : class
    {
        if (silos.Count == 0) return null;
        var counts = CountBy(silos, own.Values);
        var most = silos.MaxBy(s => (counts[s], loads.GetValueOrDefault(s)))!;
        var least = silos.MinBy(s => (counts[s], loads.GetValueOrDefault(s)))!;
        if (counts[most] - counts[least] < 2) return null;
        return (own.Where(o => o.Value.Equals(most)).Max(o => o.Key), least);
    }

    private static Dictionary<T, int> CountBy<T>(IReadOnlyList<T> silos, IEnumerable<T> own)
        where T : class
    {
        var counts = silos.ToDictionary(s => s, _ => 0);
        foreach (var silo in own)
            if (counts.TryGetValue(silo, out var count)) counts[silo] = count + 1;
        return counts;
    }
}
