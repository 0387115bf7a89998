namespace StreamGrains.Simulation.Oracles;

/// <summary>The job "rolling".</summary>
internal sealed class RollingFold(int partition) : StageFold(0, partition)
{
    private const long Reach = 60_000;
    private readonly Dictionary<long, History> customers = [];

    protected override void Row(CrossingRow row)
    {
        var e = row.Event;
        if (e.Amount < 10) return;
        if (e.Time < Watermark) Late++;
        if (!customers.TryGetValue(e.Customer, out var past)) customers[e.Customer] = past = new History();
        var loose = Watermark != long.MinValue && past.MayMiss(e.Time - 60_000, e.Time, Watermark - Reach);
        past.Add(e.Time, e.Amount);
        var minute = past.Between(e.Time - 60_000, e.Time);
        var half = past.Between(e.Time - 30_000, e.Time);
        var third = past.Between(e.Time - 20_000, e.Time);
        var head = $"{{\"id\":{Text(e.Id)},";
        var value = $"{head}\"ts\":{Text(e.Time)},\"customer\":{Text(e.Customer)},\"n\":{Text(minute.Count)},\"total\":{Text(minute.Total)},\"mean\":{Text(half.Mean * 2)},\"low\":{Text(third.Low)},\"high\":{Text(minute.High)}}}";
        Write(new Expected("scored", head, Text(e.Customer), loose ? null : value, e.Time) { By = this });
        if (!e.Fraud || !(loose || minute.Total > 2500)) return;
        Write(new Expected("alerts", head, e.Shop, loose ? null : $"{head}\"shop\":{Text(e.Shop)},\"total\":{Text(minute.Total)}}}", e.Time, loose) { By = this });
    }
}

/// <summary>The first stage of the job "rekeyed".</summary>
internal sealed class RekeyFold(int partition) : StageFold(0, partition)
{
    private readonly Dictionary<long, History> customers = [];

    protected override void Row(CrossingRow row)
    {
        var e = row.Event;
        if (e.Time < Watermark) Late++;
        if (!customers.TryGetValue(e.Customer, out var past)) customers[e.Customer] = past = new History();
        var loose = Watermark != long.MinValue && past.MayMiss(e.Time - 60_000, e.Time, Watermark - 60_000);
        past.Add(e.Time, e.Amount);
        var minute = past.Between(e.Time - 60_000, e.Time);
        var head = $"{{\"id\":{Text(e.Id)},";
        Write(new Expected("copies", head, Text(e.Customer), loose ? null : $"{head}\"n\":{Text(minute.Count)},\"total\":{Text(minute.Total)}}}", e.Time) { By = this });
        Crossing.Add(row with { N = minute.Count, Total = minute.Total, Loose = loose });
    }
}

/// <summary>The first stage of the job "rekeyed windows".</summary>
internal sealed class PassFold(int partition) : StageFold(0, partition)
{
    protected override void Row(CrossingRow row)
    {
        var head = $"{{\"id\":{Text(row.Event.Id)},";
        Write(new Expected("copies", head, row.Event.Shop, $"{head}\"customer\":{Text(row.Event.Customer)}}}", row.Event.Time) { By = this });
        Crossing.Add(row);
    }
}
