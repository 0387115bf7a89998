using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;

namespace StreamGrains.Engine.Steps.Rolling;

/// <summary>
/// Aggregates over each key's recent past. A row is inserted at its event time, then its features are computed. A row with a delayed feature
/// waits, and the rows behind it, until the watermark has passed t - delay, so that the feature is exact however far apart the
/// upstream partitions run. Late rows are taken: exact as far back as state reaches (watermark - over - delay).
/// </summary>
internal sealed class RollingOperator : Operator
{
    private readonly ProcessorContext context;
    private readonly RowLayout rows;
    private readonly int keyColumn;
    private readonly Expression[] values;
    private readonly Span[] spans;
    private readonly RollingFeature[] delayedFeatures;
    private readonly long reach;
    private readonly long shortestDelay;
    private readonly int liveColumns;
    private readonly AggregateLayout layout;
    private readonly bool countsLate;

    // Checkpointed state.
    private readonly KeyTable<HistoryEnds> keys;
    private readonly EventHistory history;
    private readonly ByteQueue waiting = new();
    private int sweepAt;

    // Scratch, empty between batches.
    private readonly Column[] valueColumns;
    private readonly long[] words;
    private readonly long[] eventValues;
    private readonly RowBatch released;

    public RollingOperator(RollingPlan plan, RowLayout rows, ProcessorContext context)
    {
        this.context = context;
        countsLate = context.ClaimLate();
        this.rows = rows;
        keyColumn = plan.KeyColumn;
        values = [.. plan.Values.Select(v => v.Copy())];
        spans = [.. plan.Features.GroupBy(f => (f.OverMs, f.DelayMs)).Select(g => new Span(g.Key.OverMs, g.Key.DelayMs, [.. g]))];
        delayedFeatures = [.. plan.Features.Where(f => f.DelayMs > 0)];
        reach = plan.Features.Max(f => f.OverMs + f.DelayMs);
        shortestDelay = delayedFeatures.Select(f => f.DelayMs).DefaultIfEmpty(0).Min();
        liveColumns = plan.Features.Max(f => f.Column) + 1;
        layout = new AggregateLayout([.. values.Select(v => v.Type)], plan.Features.Select(f => (f.Function, f.Value)));
        keys = new KeyTable<HistoryEnds>(rows.Columns[keyColumn].Type == ColumnType.String);
        history = new EventHistory(layout);
        valueColumns = [.. values.Select(v => new Column(v.Type))];
        words = new long[layout.Words];
        eventValues = new long[values.Length];
        released = new RowBatch(rows);
    }

    public override StateSize Size => new(keys.Count, keys.Bytes + history.Bytes + waiting.Bytes);

    public override void Process(RowBatch batch)
    {
        for (var v = 0; v < values.Length; v++)
        {
            valueColumns[v].EnsureCapacity(batch.Count);
            values[v].Evaluate(batch, valueColumns[v]);
        }
        released.Clear();
        // Rows at the front of the batch that go on as they are; behind the first one that waits, rows leave through the other batch.
        var passed = 0;
        for (var row = 0; row < batch.Count; row++)
        {
            // What a watermark lets go, goes before the row that came under it: so it is, too, when a batch ends between them.
            Release(batch.Watermark[row]);
            var slot = Take(batch, row);
            if (waiting.Count > 0 || MustWait(batch.Time[row], batch.Watermark[row]))
            {
                Hold(batch, row);
                continue;
            }
            Compute(slot, batch, row, delayed: true);
            if (passed == row && released.Count == 0) passed++;
            else released.AppendCopy(batch, row, liveColumns);
        }
        Release(batch.WatermarkAfter);
        PassOn(batch, passed);
    }

    public override void Drain()
    {
        released.Clear();
        Release(long.MaxValue);
        released.WatermarkAfter = long.MinValue;
        if (released.Count > 0) Next.Process(released);
        Next.Drain();
    }

    /// <summary>A key whose events are all out of reach of the watermark has no state any more, whether the sweep has come to it or not.</summary>
    public override StepState? Find(string key, long watermark)
    {
        if (!LookupKey.TryParse(key, rows.Columns[keyColumn].Type, out var wanted) || keys.Find(wanted) is not (>= 0 and var slot)) return null;
        var newest = history.NewestTime(keys.Read(slot));
        if (newest == long.MinValue || (watermark != long.MinValue && newest <= watermark - reach)) return null;
        var found = new Dictionary<string, double?>();
        foreach (var span in spans)
        {
            // Before the first watermark there is no time to look back from.
            if (watermark != long.MinValue) Look(slot, span, watermark);
            foreach (var feature in span.Features)
            {
                var column = rows.Columns[feature.Column];
                found[column.Name] = watermark == long.MinValue ? null : layout.Number(words, feature.Function, feature.Value, column.Type);
            }
        }
        return new StepState(watermark, found, []);
    }

    public override long PassedOn(long watermark) => waiting.Count == 0 ? watermark : RowCodec.Watermark(waiting.Peek());

    public override (int Rows, IEnumerable<ColumnDef> Columns) Waiting => (waiting.Count, rows.Columns.Take(liveColumns));

    public override byte StateVersion => 1;

    public override IEnumerable<PagedImage> Share() => [.. keys.Share(), history.Share(), waiting.Share(), new NumberImage(sweepAt)];

    public override void Restore(SnapshotReader reader)
    {
        keys.Restore(reader);
        history.Restore(reader);
        waiting.Restore(reader);
        sweepAt = (int)reader.ReadInt64();
    }

    /// <summary>The order of rows stays the order of arrival; the next step learns no later watermark than the first waiting row came under.</summary>
    private void PassOn(RowBatch batch, int passed)
    {
        if (waiting.Count == 0 && released.Count == 0)
        {
            Next.Process(batch);
            return;
        }
        var watermark = batch.WatermarkAfter;
        if (passed > 0)
        {
            batch.Count = passed;
            batch.WatermarkAfter = batch.Watermark[passed - 1];
            Next.Process(batch);
        }
        released.WatermarkAfter = PassedOn(watermark);
        Next.Process(released);
    }

    private void Hold(RowBatch batch, int row)
    {
        // Not computed yet: whatever an earlier batch left there must not become state.
        foreach (var feature in delayedFeatures) batch.Columns[feature.Column].SetZero(row);
        RowCodec.Write(batch, row, liveColumns, waiting.Enqueue(RowCodec.Size(batch, row, liveColumns)));
        if (context.Emitting) context.Counters.Held++;
    }

    private void Release(long watermark)
    {
        while (waiting.Count > 0 && !MustWait(RowCodec.Time(waiting.Peek()), watermark))
        {
            RowCodec.Append(waiting.Peek(), released, liveColumns);
            waiting.Dequeue();
            var row = released.Count - 1;
            Compute(Slot(released, row, out _), released, row, delayed: true);
        }
    }

    /// <summary>Inserts the row's event and computes the features that look at the present.</summary>
    private int Take(RowBatch batch, int row)
    {
        var watermark = batch.Watermark[row];
        if (countsLate && batch.Time[row] < watermark && context.Emitting) context.Counters.Late++;
        // Rows that wait came under this watermark or a later one, and still look back from their own time.
        var floor = waiting.Count == 0 ? watermark : RowCodec.Watermark(waiting.Peek());
        Sweep(floor, -1);
        var slot = Slot(batch, row, out var added);
        ref var ends = ref keys.Write(slot);
        if (floor != long.MinValue) history.Trim(ref ends, floor - reach);
        for (var v = 0; v < eventValues.Length; v++) eventValues[v] = AggregateLayout.BitsOf(valueColumns[v], row);
        history.Insert(ref ends, batch.Time[row], eventValues);
        Compute(slot, batch, row, delayed: false);
        // A key more, a slot more to look at: otherwise the sweep would never overtake a table that grows with every row.
        if (added) Sweep(floor, slot);
        return slot;
    }

    private int Slot(RowBatch batch, int row, out bool added)
    {
        var slot = keys.FindOrAdd(batch, batch.Columns[keyColumn], row, out added);
        if (added) keys.Write(slot) = new HistoryEnds { Head = -1, Tail = -1 };
        return slot;
    }

    private bool MustWait(long time, long watermark) => shortestDelay > 0 && watermark <= time - shortestDelay;

    private void Compute(int slot, RowBatch batch, int row, bool delayed)
    {
        foreach (var span in spans)
        {
            if (delayed ? span.Delay == 0 : span.Delay > 0) continue;
            Look(slot, span, batch.Time[row]);
            foreach (var feature in span.Features) layout.Result(words, feature.Function, feature.Value, batch.Columns[feature.Column], row);
        }
    }

    /// <summary>The aggregate over a span as a row at <paramref name="time"/> has it, into <see cref="words"/>.</summary>
    private void Look(int slot, Span span, long time)
    {
        words.AsSpan().Clear();
        var upTo = time - span.Delay;
        history.Query(keys.Read(slot), upTo - span.Over, upTo, words);
    }

    /// <summary>
    /// One slot at a time, round and round: keys whose events are all out of reach are forgotten, so state follows the live keys. Not <paramref name="inUse"/>.
    /// </summary>
    private void Sweep(long watermark, int inUse)
    {
        if (watermark == long.MinValue || keys.HighWater == 0) return;
        if (sweepAt >= keys.HighWater) sweepAt = 0;
        if (sweepAt != inUse && keys.IsLive(sweepAt) && history.OldestTime(keys.Read(sweepAt)) <= watermark - reach && history.Trim(ref keys.Write(sweepAt), watermark - reach))
            keys.Remove(sweepAt);
        sweepAt++;
    }

    private sealed record Span(long Over, long Delay, RollingFeature[] Features);
}
