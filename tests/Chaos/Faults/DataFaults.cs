using StreamGrains.Chaos.Workers;

namespace StreamGrains.Chaos.Faults;

/// <summary>
/// The data directory is gone. The job has cut its journal back to its snapshots, so it must refuse to start, in clear words, and write nothing; once the directory is
/// back, it goes on. Recovery is measured from then.
/// </summary>
internal sealed class DataDeleted : IFault
{
    public string Kind => "data directory deleted";

    public void Happen(ChaosWorld world, Random random)
    {
        if (!world.WaitFor(() => Enumerable.Range(0, Topics.Partitions).All(p => world.Checker.Journal.NeededFrom(p) > 0), TimeSpan.FromSeconds(30)))
        {
            world.Tally.Fail($"{Kind}: after 30 s not every processor has two snapshots");
            return;
        }
        foreach (var worker in world.Workers.Serving.ToList())
        {
            worker.Kill();
            world.Workers.LetGo(worker);
        }
        world.Data.TakeAway();
        try
        {
            var refusing = world.Workers.Start();
            world.Workers.LetGo(refusing);
            Refuses(world, refusing);
        }
        finally
        {
            world.Data.PutBack();
        }
        var recovery = world.Begin(Kind);
        world.Workers.Replenish();
        world.AwaitRecovery(recovery);
    }

    /// <summary>A process with the whole job ends; a member says so, and tries again for as long as it lives.</summary>
    private void Refuses(ChaosWorld world, Worker refusing)
    {
        if (!world.Workers.Members)
        {
            world.MustEnd(refusing, 1, "gone", Kind);
            return;
        }
        if (!world.WaitFor(() => refusing.Said("gone"), TimeSpan.FromSeconds(45))) world.Tally.Fail($"{Kind}: worker {refusing.Number} does not say within 45 s that something is gone");
        refusing.Kill();
    }
}

/// <summary>The newest snapshot of every processor is damaged while nobody runs: the one before must do.</summary>
internal sealed class SnapshotDamage : IFault
{
    public string Kind => "newest snapshots damaged";

    public void Happen(ChaosWorld world, Random random)
    {
        bool Two() => world.Checker.Journal.Newest.All(r => r is not null && r.Processors.All(p => p.Snapshots.Count == 2));
        if (!world.WaitFor(Two, TimeSpan.FromSeconds(30)))
        {
            world.Tally.Fail($"{Kind}: after 30 s not every processor has two snapshots");
            return;
        }
        foreach (var worker in world.Workers.Serving.ToList())
        {
            worker.Kill();
            world.Workers.LetGo(worker);
        }
        var recovery = world.Begin(Kind);
        // What was committed last may still be on its way to the checker.
        world.Pause(TimeSpan.FromMilliseconds(500));
        foreach (var mark in world.Checker.Journal.Newest.SelectMany(r => r!.Processors)) Damage(world.Data.FileOf(mark.Snapshots[0].Name), random);
        world.Workers.Replenish();
        world.AwaitRecovery(recovery);
        if (!world.Workers.Serving.Any(w => w.Said("passed over"))) world.Tally.Fail($"{Kind}: no worker said that it passed over a snapshot");
    }

    /// <summary>Cuts the file short, or turns one bit round.</summary>
    private static void Damage(string path, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var at = random.NextInt64(file.Length);
        if (random.Next(2) == 0)
        {
            file.SetLength(at);
            return;
        }
        file.Position = at;
        var old = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(old ^ (1 << random.Next(8))));
    }
}

/// <summary>No room for snapshots: the job says so and goes on, also when it is killed then.</summary>
internal sealed class DiskFull : IFault
{
    public string Kind => "disk full, worker kill -9";

    public string? Impossible(ChaosWorld world) => world.Data.Mounted ? null : "this user may not mount a small file system";

    public void Happen(ChaosWorld world, Random random)
    {
        world.Data.Fill();
        try
        {
            if (!world.WaitFor(() => world.Workers.Serving.Any(w => w.Said("could not be written")), TimeSpan.FromSeconds(40)))
                world.Tally.Fail($"{Kind}: no worker said within 40 s that a snapshot could not be written");
            WorkerKill.KillOne(world, random, Kind);
        }
        finally
        {
            world.Data.Free();
        }
    }
}
