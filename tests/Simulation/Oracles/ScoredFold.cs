using StreamGrains.Simulation.Jobs;

namespace StreamGrains.Simulation.Oracles;

/// <summary>The second stage of the job "rekeyed": rows wait until the watermark has passed their time less the delay, and go on in order of arrival.</summary>
internal sealed class ScoredFold(int partition) : StageFold(1, partition)
{
    private const long Delay = 8_000, Reach = 128_000;
    private readonly Dictionary<string, (History Amounts, History Frauds)> shops = [];
    private readonly Queue<(CrossingRow Row, long Here, bool Loose)> waiting = new();

    protected override void Row(CrossingRow row)
    {
        var e = row.Event;
        if (e.Time < Watermark) Late++;
        if (!shops.TryGetValue(e.Shop, out var past)) shops[e.Shop] = past = (new History(), new History());
        var loose = Forgets(past.Amounts, e.Time - 30_000, e.Time);
        past.Amounts.Add(e.Time, e.Amount);
        past.Frauds.Add(e.Time, e.Fraud ? 1 : 0);
        waiting.Enqueue((row, past.Amounts.Between(e.Time - 30_000, e.Time).Count, loose));
        Release(Watermark);
    }

    protected override void Moved() => Release(Watermark);

    public override void Drain() => Release(long.MaxValue);

    private void Release(long watermark)
    {
        while (waiting.TryPeek(out var first) && watermark > first.Row.Event.Time - Delay)
        {
            waiting.Dequeue();
            Compute(first.Row, first.Here, first.Loose);
        }
    }

    private void Compute(CrossingRow row, long here, bool loose)
    {
        var e = row.Event;
        var past = shops[e.Shop];
        var upTo = e.Time - Delay;
        loose |= row.Loose || Forgets(past.Amounts, upTo - 120_000, upTo);
        var seen = past.Amounts.Between(upTo - 60_000, upTo).Count;
        var risk = past.Frauds.Between(upTo - 120_000, upTo).Mean;
        var head = $"{{\"id\":{Text(e.Id)},";
        // The model's first feature decides alone whether it fails; a float holds it exactly.
        if (FakeScorer.Of(e.Amount, seen) is not { } score)
        {
            Write(new Expected(DeadLetters, $"{row.Partition}/{row.Offset}", null, null, e.Time) { Reason = FakeScorer.Failure, By = this });
            return;
        }
        var value = $"{head}\"ts\":{Text(e.Time)},\"customer\":{Text(e.Customer)},\"shop\":{Text(e.Shop)},\"n\":{Text(row.N)},\"total\":{Text(row.Total)},\"here\":{Text(here)},"
            + $"\"seen\":{Text(seen)},\"risk\":{Text(risk)},\"score\":{Text(score)}}}";
        Write(new Expected("scored", head, Text(e.Customer), loose ? null : value, e.Time) { By = this });
        if (loose || score > 0.9) Write(new Expected("alerts", head, e.Shop, loose ? null : $"{head}\"score\":{Text(score)}}}", e.Time, loose) { By = this });
    }

    private bool Forgets(History past, long after, long upTo) => Watermark != long.MinValue && past.MayMiss(after, upTo, Watermark - Reach);
}
