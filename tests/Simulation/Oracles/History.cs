namespace StreamGrains.Simulation.Oracles;

/// <summary>One key's past: every event there ever was, by time.</summary>
internal sealed class History
{
    private readonly List<(long Time, double Value)> events = [];

    public void Add(long time, double value) => events.Insert(First(time + 1), (time, value));

    /// <summary>Values with time in (after, upTo].</summary>
    public Sums Between(long after, long upTo)
    {
        var sums = new Sums { Low = double.MaxValue, High = double.MinValue };
        for (var i = First(after + 1); i < events.Count && events[i].Time <= upTo; i++)
        {
            var value = events[i].Value;
            sums.Count++;
            sums.Total += value;
            sums.Low = Math.Min(sums.Low, value);
            sums.High = Math.Max(sums.High, value);
        }
        return sums;
    }

    /// <summary>Whether an event in (after, upTo] may have been forgotten, being at or before <paramref name="horizon"/>.</summary>
    public bool MayMiss(long after, long upTo, long horizon) => after < horizon && Between(after, Math.Min(upTo, horizon)).Count > 0;

    /// <summary>Place of the first event at or after a time.</summary>
    private int First(long time)
    {
        int low = 0, high = events.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (events[middle].Time < time) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

internal struct Sums
{
    public long Count;
    public double Total, Low, High;

    public readonly double Mean => Count == 0 ? 0 : Total / Count;
}
