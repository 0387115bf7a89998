namespace StreamGrains.Chaos.Faults;

/// <summary>SIGKILL to a broker; it is started again once the others have taken over.</summary>
internal sealed class BrokerKill : IFault
{
    private static readonly TimeSpan SyncPatience = TimeSpan.FromSeconds(90);

    public string Kind => "broker kill -9";

    public void Happen(ChaosWorld world, Random random)
    {
        // A partition whose other replicas lag behind would be away for as long as the broker is: that is another fault, and Kafka's.
        world.Admin.WaitInSync(SyncPatience, world.Stop);
        world.Brokers.Kill(random.Next(world.Brokers.Count) + 1);
        var recovery = world.Begin(Kind);
        if (world.Brokers.Count == 1) world.Brokers.Restart();
        world.AwaitRecovery(recovery);
        world.Brokers.Restart();
        world.Admin.WaitInSync(SyncPatience, world.Stop);
    }
}

/// <summary>A broker stands still, for less or more time than its session lasts.</summary>
internal sealed class BrokerPause : IFault
{
    private static readonly TimeSpan SyncPatience = TimeSpan.FromSeconds(90);

    public string Kind => "broker paused";

    public void Happen(ChaosWorld world, Random random)
    {
        var id = random.Next(world.Brokers.Count) + 1;
        var hold = TimeSpan.FromSeconds(3 + 9 * random.NextDouble());
        world.Brokers.Pause(id);
        try
        {
            var recovery = world.Begin(Kind);
            world.Pause(hold);
            world.Brokers.Resume(id);
            world.AwaitRecovery(recovery);
        }
        finally
        {
            world.Brokers.Resume(id);
        }
        world.Admin.WaitInSync(SyncPatience, world.Stop);
    }
}

/// <summary>Another broker leads every partition, the coordinators' among them.</summary>
internal sealed class LeadersMoved(string directory) : IFault
{
    public string Kind => "leaders moved";

    public string? Impossible(ChaosWorld world) => world.Brokers.Count > 1 ? null : "there is one broker";

    public void Happen(ChaosWorld world, Random random)
    {
        // The election is the last step of the move.
        if (world.Admin.MoveLeaders(directory) == 0) world.Tally.Fail($"{Kind}: no partition has another leader");
        world.AwaitRecovery(world.Begin(Kind));
    }
}
