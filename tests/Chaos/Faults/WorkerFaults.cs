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

/// <summary>Stands still for longer than its transaction may take while another goes on; when it wakes up it must find itself shut out, and end.</summary>
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
        world.MustEnd(victim, 3, "newer owner", Kind);
    }
}

/// <summary>A second process takes the same slots on purpose: the first must end.</summary>
internal sealed class SecondOwner : IFault
{
    public string Kind => "second owner";

    public void Happen(ChaosWorld world, Random random)
    {
        var first = world.Workers.Serving[random.Next(world.Workers.Serving.Count)];
        var recovery = world.Begin(Kind);
        world.Workers.LetGo(first);
        world.Workers.Start();
        world.AwaitRecovery(recovery);
        world.MustEnd(first, 3, "newer owner", Kind);
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
            var recovery = world.Begin(Kind);
            world.Workers.LetGo(worker);
            worker.Stop();
            if (!world.WaitFor(() => worker.HasExited, TimeSpan.FromSeconds(30)))
            {
                world.Tally.Fail($"{Kind}: worker {worker.Number} did not stop within 30 s of a SIGTERM");
                worker.Kill();
            }
            else if (worker.ExitCode != 0) world.Tally.Fail($"{Kind}: worker {worker.Number} ended with code {worker.ExitCode}: {worker.LastMessage}");
            world.Workers.Start();
            world.AwaitRecovery(recovery);
        }
    }
}
