using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Jobs;
using StreamGrains.Simulation.Processes;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Runs;

/// <summary>
/// Writes the workload into the source topic: part of it before the job starts, the rest in bursts. Some bursts are transactions of the source's own producers, which hold the
/// last stable offset back; those that abort are written again.
/// </summary>
internal sealed class SourceFeed
{
    private readonly SimWorld world;
    private readonly Rng rng;
    private readonly List<Arrival> arrivals;
    private readonly double transactional;
    private readonly int pace;
    private int next;
    private int open;
    private long producers = -1;

    public SourceFeed(SimWorld world, ulong seed, int? limit)
    {
        this.world = world;
        rng = new Rng(seed, "workload");
        var all = Workload.Make(rng, world.InputPartitions[0], rng.Range(500, 520));
        arrivals = limit is { } most ? all[..Math.Min(most, all.Count)] : all;
        transactional = rng.Pick([0, 0.2, 0.6]);
        pace = rng.Pick([20_000, 60_000, 120_000]);
        var first = (int)(arrivals.Count * (long)rng.Next(70) / 100);
        Write(first, inTransaction: false);
    }

    public int Records => arrivals.Count;

    /// <summary>Everything is written and ended.</summary>
    public bool Done => next == arrivals.Count && open == 0;

    public void Go()
    {
        if (next == arrivals.Count) return;
        if (!world.Broker.Down) Write(Math.Min(rng.Range(1, 30), arrivals.Count - next), rng.Chance(transactional));
        world.Scheduler.After(rng.Range(1_000, pace), null, Go);
    }

    private void Write(int count, bool inTransaction)
    {
        var burst = arrivals.GetRange(next, count);
        next += count;
        if (world.Faults.Strike(Fault.OffsetGap)) Slice(rng.Next(world.InputPartitions[0])).Skip(rng.Pick([1, 10, 1_000_000]));
        if (inTransaction) Begin(burst);
        else
            foreach (var (partition, e) in burst) Slice(partition).Append(Message(e));
    }

    private void Begin(List<Arrival> burst)
    {
        var producer = new Producer(producers--, 0);
        var aborts = world.Faults.Strike(Fault.SourceAborted);
        var partitions = burst.Select(b => b.Partition).Distinct().ToList();
        foreach (var partition in partitions)
            Slice(partition).Append(producer, 0, [.. burst.Where(b => b.Partition == partition).Select(b => Message(b.Event))], null);
        open++;
        world.Scheduler.After(rng.Range(500, 300_000), null, () =>
        {
            foreach (var partition in partitions) Slice(partition).EndTxn(producer, commit: !aborts);
            open--;
            if (!aborts) return;
            foreach (var (partition, e) in burst) Slice(partition).Append(Message(e));
        });
    }

    private Partition Slice(int partition) => world.Broker[new TopicPartition(world.Plan.Stages[0].Input.Topic, partition)];

    private static Message Message(Event e) => new(e.Key, e.Value, [], Math.Max(0, e.Time), e);
}
