namespace StreamGrains.Simulation.Oracles;

/// <summary>Windows per customer (the job "tumbling") or per shop ("rekeyed windows"): they close in order of their end, keys in order of first appearance.</summary>
internal sealed class WindowFold(int partition, long size, long every, bool byShop) : StageFold(byShop ? 1 : 0, partition)
{
    private readonly SortedDictionary<long, List<(string Key, List<double> Amounts)>> windows = [];
    private long closed = long.MinValue;

    public override void Drain() => Close(long.MaxValue);

    protected override void Moved()
    {
        Close(Watermark);
        closed = Math.Max(closed, Watermark);
    }

    protected override void Row(CrossingRow row)
    {
        var e = row.Event;
        if (!byShop && e.Amount < 10) return;
        var taken = false;
        var key = byShop ? e.Shop : Text(e.Customer);
        for (var start = Floor(e.Time); start > e.Time - size; start -= every)
        {
            if (start + size <= closed) continue;
            taken = true;
            if (!windows.TryGetValue(start, out var keys)) windows[start] = keys = [];
            var found = keys.FindIndex(k => k.Key == key);
            if (found < 0) keys.Add((key, [e.Amount]));
            else keys[found].Amounts.Add(e.Amount);
        }
        if (taken) return;
        Late++;
        if (!byShop) Dropped++;
        else
        {
            var head = $"{{\"id\":{Text(e.Id)},";
            Write(new Expected("late", head, e.Shop, $"{head}\"ts\":{Text(e.Time)},\"customer\":{Text(e.Customer)},\"shop\":{Text(e.Shop)},\"amount\":{Text(e.Amount)},\"fraud\":{(e.Fraud ? "true" : "false")}}}", e.Time) { By = this });
        }
    }

    private void Close(long watermark)
    {
        foreach (var start in windows.Keys.TakeWhile(s => s + size <= watermark).ToList())
        {
            foreach (var (key, amounts) in windows[start]) Emit(start, key, amounts);
            windows.Remove(start);
            closed = Math.Max(closed, start + size);
        }
    }

    private void Emit(long start, string key, List<double> amounts)
    {
        if (!byShop && amounts.Count < 2) return;
        var named = byShop ? $"\"shop\":{Text(key)}" : $"\"customer\":{key}";
        var head = $"{{{named},\"window_start\":{Text(start)},";
        var value = $"{head}\"window_end\":{Text(start + size)},\"n\":{Text(amounts.Count)},\"total\":{Text(amounts.Sum())},\"high\":{Text(amounts.Max())}}}";
        Write(new Expected("sums", head, key, value, start + size - 1) { By = this });
    }

    private long Floor(long time) => time / every * every;
}
