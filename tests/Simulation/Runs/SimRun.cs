using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.Oracles;
using StreamGrains.Simulation.Processes;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Runs;

/// <summary>
/// One run: faults while the workload comes in, then calm, in which the job must catch up; then everything is stopped, and a last process runs to the end of input, so that
/// nothing waits any more. What was committed by then is what the oracles judge.
/// </summary>
internal sealed class SimRun
{
    /// <summary>Every run has at least so many faults, unless faults are taken away to find out which ones matter.</summary>
    public const int LeastFaults = 20;

    private const long LongestTrouble = 40_000_000, APartOfIt = 4_000_000;
    private const long LongestCalm = 90_000_000;

    private readonly RunOptions options;
    private readonly SimWorld world;
    private readonly Fleet fleet;
    private readonly SourceFeed feed;

    private SimRun(RunOptions options)
    {
        this.options = options;
        world = new SimWorld(options);
        feed = new SourceFeed(world, options.Seed, options.Records);
        fleet = new Fleet(world, options.Seed);
    }

    public static RunResult Run(RunOptions options)
    {
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return new SimRun(options).Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private RunResult Run()
    {
        try
        {
            Trouble();
            Calm();
            Finish();
            if (world.Broken is null) Judge.All(world);
            if (world.Broken is null && world.Mutation == Mutation.None) Spoil();
        }
        catch (OracleSays wrong)
        {
            world.Break(wrong.Message);
        }
        return new RunResult(options.Seed, world.Broken, world.Faults.Struck, world.Faults.Counts, world.Watch.Edges, feed.Records, Digest(), world.Trace.Lines)
        {
            Cost = (world.Scheduler.Now / 1000, world.Scheduler.Steps),
        };
    }

    /// <summary>Every step and every byte that was written.</summary>
    private ulong Digest()
    {
        var digest = world.Scheduler.Digest;
        foreach (var partition in world.Broker.Partitions)
            foreach (var entry in partition.All) digest = Rng.Mix(digest ^ (ulong)entry.Offset ^ (ulong)(entry.Message?.Value is { } value ? Crc32C.Of(value) : 0) << 32);
        return digest;
    }

    private void Trouble()
    {
        var enough = options.Only is not null ? 0 : LeastFaults;
        feed.Go();
        fleet.Tend();
        new Chaos(world, fleet, options.Seed).Go();
        // Faults that are missing when the workload is in come faster and faster.
        for (var left = LongestTrouble; left > 0 && !RunUntil(() => feed.Done && world.Faults.Struck.Count >= enough, APartOfIt); left -= APartOfIt)
            world.Faults.Haste *= 2;
    }

    private void Calm()
    {
        world.Trace.Say("", $"calm: no more faults");
        world.Faults.Active = false;
        world.Broker.DownUntil = 0;
        fleet.Settle();
        if (!RunUntil(() => feed.Done && Progress.CaughtUp(world), LongestCalm))
            world.Break($"the job does not catch up within {LongestCalm / 1_000_000} s of calm: {Progress.Describe(world)}");
        fleet.StopAll();
        RunUntil(() => fleet.Processes.Count == 0, LongestCalm);
    }

    private void Finish()
    {
        if (world.Broken is not null) return;
        // A request of a process that is long gone may still arrive and shut the last one out: then there is a next one.
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var last = fleet.Start(Ownership.UntilEnd);
            if (RunUntil(() => last.Dead && world.Broker.Quiet, LongestCalm) && last.AtEnd) return;
        }
        world.Break($"the last process does not reach the end of input: {Progress.Describe(world)}");
    }

    /// <summary>In one run of six something is broken at last that must make the job refuse.</summary>
    private void Spoil()
    {
        var rng = new Rng(options.Seed, "sabotage");
        var sabotage = new Sabotage(world, fleet, rng);
        if (rng.Next(6) != 0 || !sabotage.Begin()) return;
        var written = sabotage.Written();
        if (!RunUntil(() => fleet.Processes.Count == 0 && world.Broker.Quiet, LongestCalm) || !world.Watch.Refused)
            world.Break($"the job does not refuse with \"{world.Watch.ExpectedRefusal}\"");
        if (sabotage.Written() != written) world.Break($"the job has written {sabotage.Written() - written} records and should have refused with \"{world.Watch.ExpectedRefusal}\"");
    }

    /// <summary>False when it takes too long.</summary>
    private bool RunUntil(Func<bool> done, long atMost)
    {
        var end = world.Scheduler.Now + atMost;
        var look = 0L;
        while (world.Broken is null && world.Scheduler.Now < end)
        {
            if (world.Scheduler.Now >= look)
            {
                if (done()) return true;
                look = world.Scheduler.Now + 5_000;
            }
            if (!world.Scheduler.RunNext()) return done();
        }
        return world.Broken is null && done();
    }
}

/// <summary>How far the job has come.</summary>
internal static class Progress
{
    public static bool CaughtUp(SimWorld world) => Slices(world).All(s => Behind(world, s) == 0);

    public static string Describe(SimWorld world) =>
        string.Join(", ", Slices(world).Where(s => Behind(world, s) > 0).Select(s => $"{s} is committed up to {world.Broker.Group.GetValueOrDefault(s)} of {world.Broker[s].End} (stable {world.Broker[s].LastStable})"));

    private static IEnumerable<TopicPartition> Slices(SimWorld world)
    {
        for (var stage = 0; stage < world.InputPartitions.Count; stage++)
            for (var p = 0; p < world.InputPartitions[stage]; p++) yield return new TopicPartition(world.Plan.Stages[stage].Input.Topic, p);
    }

    /// <summary>Records that are not committed yet, or that may still become ones.</summary>
    private static int Behind(SimWorld world, TopicPartition slice)
    {
        var partition = world.Broker[slice];
        var position = world.Broker.Group.GetValueOrDefault(slice);
        var behind = 0;
        var all = partition.All;
        for (var i = all.Length - 1; i >= 0 && all[i].Offset >= position; i--)
            if (all[i].Message is not null && all[i].Txn is null or { State: not Broker.TxnState.Aborted }) behind++;
        return behind;
    }
}
