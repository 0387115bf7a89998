namespace StreamGrains.Chaos.Faults;

/// <summary>SIGKILL, and another is started.</summary>
internal sealed class WorkerKill : IFault
{
    public string Kind => "worker kill -9";

    public void Happen(ChaosWorld world, Random random) => KillOne(world, random, Kind);

    /// <summary>The same as a part of something larger.</summary>
    public static void KillOne(ChaosWorld world, Random random, string kind)
    {
        var victim = world.Workers.Serving[random.Next(world.Workers.Serving.Count)];
        victim.Kill();
        var recovery = world.Begin(kind);
        world.Workers.LetGo(victim);
        world.Workers.Start();
        world.AwaitRecovery(recovery);
    }
}

/// <summary>
/// Stands still for longer than its transaction may take while another goes on; when it wakes up it must find itself shut out: it ends, or as one of several members takes part
/// again and can be stopped cleanly.
/// </summary>
internal sealed class WorkerZombie : IFault
{
    public string Kind => "worker paused, replaced";

    public void Happen(ChaosWorld world, Random random)
    {
        var victim = world.Workers.Serving[random.Next(world.Workers.Serving.Count)];
        var resumeAt = DateTime.UtcNow + ChaosWorld.TransactionTimeout + TimeSpan.FromSeconds(1 + 2 * random.NextDouble());
        victim.Pause();
        var recovery = world.Begin(Kind);
        world.Workers.LetGo(victim);
        world.Workers.Start();
        world.AwaitRecovery(recovery);
        world.Pause(resumeAt - DateTime.UtcNow);
        victim.Resume();
        if (!world.Workers.Members)
        {
            world.MustEnd(victim, 3, "another process runs this job now", Kind);
            return;
        }
        world.AwaitRecovery(world.Begin("worker resumed, one too many"));
        world.Workers.Stop(victim);
        world.AwaitRecovery(world.Begin("member stopped"));
    }
}

/// <summary>Stands still for less or more time than its transaction may take, and nobody takes its place: it goes on.</summary>
internal sealed class WorkerPause : IFault
{
    public string Kind => "worker paused";

    public void Happen(ChaosWorld world, Random random)
    {
        var victim = world.Workers.Serving[random.Next(world.Workers.Serving.Count)];
        victim.Pause();
        var recovery = world.Begin(Kind);
        try
        {
            world.Pause(TimeSpan.FromSeconds(2 + 14 * random.NextDouble()));
        }
        finally
        {
            victim.Resume();
        }
        world.AwaitRecovery(recovery);
    }
}

/// <summary>A second process takes the same slots on purpose. The first must end; members take their slots back, and the second must end.</summary>
internal sealed class SecondOwner : IFault
{
    public string Kind => "second owner";

    public void Happen(ChaosWorld world, Random random)
    {
        if (world.Workers.Members)
        {
            var intruder = world.Workers.StartAlone();
            var taken = world.Begin(Kind);
            world.AwaitRecovery(taken);
            world.MustEnd(intruder, 3, "another process runs this job now", Kind);
            world.AwaitRecovery(world.Begin("slots taken back by members"));
            return;
        }
        var first = world.Workers.Serving[0];
        var recovery = world.Begin(Kind);
        world.Workers.LetGo(first);
        world.Workers.Start();
        world.AwaitRecovery(recovery);
        world.MustEnd(first, 3, "another process runs this job now", Kind);
    }
}

/// <summary>Every worker in turn is asked to stop, and another takes its place.</summary>
internal sealed class RollingRestart : IFault
{
    public string Kind => "rolling restart";

    public void Happen(ChaosWorld world, Random random)
    {
        foreach (var worker in world.Workers.Serving.ToList())
        {
            world.Workers.Stop(worker);
            var recovery = world.Begin(Kind);
            world.Workers.Start();
            world.AwaitRecovery(recovery);
        }
    }
}
