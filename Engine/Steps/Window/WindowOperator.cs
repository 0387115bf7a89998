using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;
using StreamGrains.Engine.Steps.Sink;

namespace StreamGrains.Engine.Steps.Window;

/// <summary>
/// Tumbling and hopping windows per key. Rows end here; when the watermark reaches a window's end, the window becomes one row with event time
/// <c>window_end - 1</c>. Windows close in order of their end, keys within a window in order of first appearance. A window closes once:
/// a row none of whose windows is still open is late.
/// </summary>
internal sealed class WindowOperator : Operator
{
    private const int KeyField = 0, StartField = 1, EndField = 2;

    private readonly WindowPlan plan;
    private readonly ColumnType keyType;
    private readonly ProcessorContext context;
    private readonly Expression[] values;
    private readonly AggregateLayout layout;
    private readonly SinkWriter? lateSink;
    private readonly bool countsLate;

    // Checkpointed state.
    private readonly OpenWindows windows;
    private long closedThrough = long.MinValue;

    // Scratch, empty between batches.
    private readonly Column[] valueColumns;
    private readonly long[] eventValues;
    private readonly RowBatch results;

    public WindowOperator(WindowPlan plan, RowLayout rows, ProcessorContext context)
    {
        this.plan = plan;
        countsLate = context.ClaimLate();
        this.context = context;
        values = [.. plan.Values.Select(v => v.Copy())];
        layout = new AggregateLayout([.. values.Select(v => v.Type)], plan.Aggregates.Select(a => (a.Function, a.Value)));
        lateSink = plan.Late is null ? null : new SinkWriter(plan.Late, rows, context);
        keyType = rows.Columns[plan.KeyColumn].Type;
        windows = new OpenWindows(keyType == ColumnType.String, layout.Words);
        valueColumns = [.. values.Select(v => new Column(v.Type))];
        eventValues = new long[values.Length];
        results = new RowBatch(plan.Results);
    }

    public override StateSize Size => windows.Size;

    public override void Process(RowBatch batch)
    {
        for (var v = 0; v < values.Length; v++)
        {
            valueColumns[v].EnsureCapacity(batch.Count);
            values[v].Evaluate(batch, valueColumns[v]);
        }
        results.Clear();
        for (var row = 0; row < batch.Count; row++)
        {
            Close(batch.Watermark[row]);
            if (!Add(batch, row)) HandleLate(batch, row);
        }
        Close(batch.WatermarkAfter);
        results.WatermarkAfter = batch.WatermarkAfter;
        Next.Process(results);
    }

    public override void Drain()
    {
        results.Clear();
        Close(long.MaxValue);
        results.WatermarkAfter = long.MinValue;
        if (results.Count > 0) Next.Process(results);
        Next.Drain();
    }

    public override StepState? Find(string key, long watermark)
    {
        if (!LookupKey.TryParse(key, keyType, out var wanted) || windows.EntriesOf(wanted) is not { Count: > 0 } entries) return null;
        return new StepState(watermark, new Dictionary<string, double?>(), [.. entries.Select(e => new OpenWindow(e.Start, e.Start + plan.SizeMs, SoFar(e.Entry)))]);
    }

    public override byte StateVersion => 1;

    public override IEnumerable<PagedImage> Share() => [new NumberImage(closedThrough), .. windows.Share()];

    public override void Restore(SnapshotReader reader)
    {
        closedThrough = reader.ReadInt64();
        windows.Restore(reader);
    }

    /// <summary>Adds the row to each of its windows that is open. False when none is.</summary>
    private bool Add(RowBatch batch, int row)
    {
        for (var v = 0; v < eventValues.Length; v++) eventValues[v] = AggregateLayout.BitsOf(valueColumns[v], row);
        var time = batch.Time[row];
        var taken = false;
        for (var start = FloorTo(time, plan.EveryMs); start + plan.SizeMs > time; start -= plan.EveryMs)
        {
            if (start + plan.SizeMs <= closedThrough) break;
            layout.Add(windows.FindOrAdd(batch, batch.Columns[plan.KeyColumn], row, start), eventValues);
            taken = true;
        }
        return taken;
    }

    private void HandleLate(RowBatch batch, int row)
    {
        if (!context.Emitting) return;
        if (countsLate) context.Counters.Late++;
        if (lateSink is null) context.Counters.Dropped++;
        else lateSink.Write(batch, row);
    }

    private void Close(long watermark)
    {
        while (windows.TryFirst(out var start) && start + plan.SizeMs <= watermark)
        {
            for (var entry = windows.FirstEntry; entry >= 0; entry = windows.RemoveEntry(entry)) Emit(entry, start);
            windows.RemoveFirst();
            closedThrough = Math.Max(closedThrough, start + plan.SizeMs);
        }
        if (watermark != long.MaxValue) closedThrough = Math.Max(closedThrough, watermark);
    }

    private void Emit(int entry, long start)
    {
        var row = results.Count;
        results.EnsureCapacity(row + 1);
        foreach (var column in results.Columns)
            if (column.HasNulls) column.Nulls[row] = false;
        windows.CopyKey(entry, results, results.Columns[KeyField], row);
        results.Columns[StartField].Longs[row] = start;
        results.Columns[EndField].Longs[row] = start + plan.SizeMs;
        foreach (var aggregate in plan.Aggregates)
            layout.Result(windows.Aggregate(entry), aggregate.Function, aggregate.Value, results.Columns[aggregate.Column], row);
        results.Time[row] = results.Watermark[row] = start + plan.SizeMs - 1;
        results.OriginPartition[row] = RowBatch.NoOrigin;
        results.OriginOffset[row] = RowBatch.NoOrigin;
        results.Count++;
    }

    private Dictionary<string, double?> SoFar(int entry) => plan.Aggregates.ToDictionary(
        a => plan.Results.Columns[a.Column].Name, a => layout.Number(windows.Aggregate(entry), a.Function, a.Value, plan.Results.Columns[a.Column].Type));

    private static long FloorTo(long time, long step) => time - ((time % step) + step) % step;
}
