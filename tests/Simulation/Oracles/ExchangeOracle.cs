using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.State;
using StreamGrains.Engine.Steps.Window;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Oracles;

/// <summary>
/// The internal topic: every row that the first stage's fold sends across is there once, in the partition of its key, in its upstream partition's order, under watermarks that
/// do not go back and are not ahead. Its committed order is the truth for the second stage's fold.
/// </summary>
internal sealed class ExchangeOracle
{
    private readonly SimWorld world;
    private readonly IReadOnlyList<StageFold> upstream;
    private readonly Dictionary<long, CrossingRow>[] expected;
    private readonly Dictionary<long, int>[] places;
    private readonly RowBatch batch;
    private readonly IReadOnlyList<int> columns;
    private readonly Dictionary<string, ulong> hashes = [];
    private readonly int n, total;

    private ExchangeOracle(SimWorld world, IReadOnlyList<StageFold> upstream)
    {
        (this.world, this.upstream) = (world, upstream);
        expected = [.. upstream.Select(f => f.Crossing.ToDictionary(r => r.Offset))];
        places = [.. upstream.Select(f => f.Crossing.Select((r, i) => (r.Offset, i)).ToDictionary(x => x.Offset, x => x.i))];
        var stage = world.Plan.Stages[1];
        batch = new RowBatch(stage.Layout);
        columns = ((ExchangeInput)stage.Input).Columns;
        var names = stage.Layout.Columns.Select(c => c.Name).ToList();
        (n, total) = (names.IndexOf("n"), names.IndexOf("total"));
        if (world.Plan.Stages[1].Steps.OfType<WindowPlan>().Any()) n = total = -1;
    }

    public static List<StageFold> Check(SimWorld world, IReadOnlyList<StageFold> upstream, Journals journals)
    {
        var oracle = new ExchangeOracle(world, upstream);
        var folds = Enumerable.Range(0, world.InputPartitions[1]).Select(p => oracle.CheckPartition(p, journals)).ToList();
        foreach (var (rows, p) in oracle.expected.Select((rows, p) => (rows, p)))
            if (rows.Count > 0) throw new OracleSays($"the row of {world.Plan.Stages[0].Input.Topic}[{p}] offset {rows.Keys.Min()} never came to '{world.Job.Internal}'; {rows.Count} rows are lost");
        return folds;
    }

    private StageFold CheckPartition(int partition, Journals journals)
    {
        var slice = new TopicPartition(world.Job.Internal!, partition);
        var fold = world.Job.Fold(1, partition);
        var told = Enumerable.Repeat(long.MinValue, upstream.Count).ToArray();
        var last = Enumerable.Repeat(-1, upstream.Count).ToArray();
        Folding.Walk(world, journals, new ProcessorId(1, partition), fold, entry =>
        {
            batch.Clear();
            if (!BlockReader.TryRead(entry.Message!.Value, batch, columns, out var header)) throw new OracleSays($"offset {entry.Offset} of {slice} is not a block");
            var u = header.UpstreamPartition;
            var rows = new List<CrossingRow>(batch.Count);
            for (var row = 0; row < batch.Count; row++) rows.Add(CheckRow(slice, entry, u, row, told[u], ref last[u]));
            if (header.Watermark < told[u]) throw new OracleSays($"offset {entry.Offset} of {slice}: the watermark of upstream partition {u} goes back from {told[u]} to {header.Watermark}");
            if (header.Watermark > upstream[u].Watermark) throw new OracleSays($"offset {entry.Offset} of {slice} gives upstream partition {u} watermark {header.Watermark}; it has only come to {upstream[u].Watermark}");
            told[u] = header.Watermark;
            fold.Take(rows, told.Min());
        });
        return fold;
    }

    private CrossingRow CheckRow(TopicPartition slice, in Entry entry, int u, int row, long told, ref int last)
    {
        var offset = batch.OriginOffset[row];
        var where = new Where(entry.Offset, slice, row, offset, batch.OriginPartition[row]);
        if (batch.OriginPartition[row] != u) throw new OracleSays($"{where}: its block is of upstream partition {u}");
        if (!expected[u].Remove(offset, out var wanted))
            throw new OracleSays(places[u].ContainsKey(offset) ? $"{where}: it is there twice" : $"{where}: no such row should cross");
        var target = (int)(ShopHash(wanted.Event.Shop) % (ulong)world.InputPartitions[1]);
        if (target != slice.Partition) throw new OracleSays($"{where}: rows of shop '{wanted.Event.Shop}' belong into partition {target}");
        if (places[u][offset] < last) throw new OracleSays($"{where}: it comes after a later row of its partition");
        last = places[u][offset];
        if (wanted.Before < told) throw new OracleSays($"{where}: a block before it had told watermark {told}, and when it was read the watermark was {wanted.Before}");
        if (batch.Time[row] != wanted.Event.Time) throw new OracleSays($"{where}: its time is {batch.Time[row]} and should be {wanted.Event.Time}");
        if (n < 0) return wanted;
        var (isN, isTotal) = (batch.Columns[n].Longs[row], batch.Columns[total].Doubles[row]);
        if (wanted.Loose) return wanted with { N = isN, Total = isTotal };
        if (isN != wanted.N || isTotal != wanted.Total) throw new OracleSays($"{where}: it has n={isN}, total={isTotal} and should have n={wanted.N}, total={wanted.Total}");
        return wanted;
    }

    /// <summary>There are few shops and many rows.</summary>
    private ulong ShopHash(string shop)
    {
        if (!hashes.TryGetValue(shop, out var hash)) hashes[shop] = hash = KeyHash.Of(Encoding.UTF8.GetBytes(shop));
        return hash;
    }

    /// <summary>A row's place, put into words only when something is wrong there.</summary>
    private readonly record struct Where(long Offset, TopicPartition Slice, int Row, long From, int Partition)
    {
        public override string ToString() => $"offset {Offset} of {Slice}, row {Row}, from source offset {From} of partition {Partition}";
    }
}
