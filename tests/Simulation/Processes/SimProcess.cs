using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Lanes;
using StreamGrains.Simulation.Client;
using StreamGrains.Simulation.Jobs;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Processes;

/// <summary>How a process came to its slots.</summary>
internal enum Ownership
{
    /// <summary>The fleet gives slots and takes them; other processes may run others.</summary>
    Shared,

    /// <summary>It believes that it has all slots for itself, and ends with the first failure.</summary>
    Alone,

    /// <summary>The same, and it ends at the end of input.</summary>
    UntilEnd,
}

/// <summary>
/// A process that runs the job: the product's runtime, lanes and workers over simulated clients. Each lane is an actor whose step is one pass. Dead means that nothing of it
/// is ever resumed: no clean-up, no last words.
/// </summary>
internal sealed class SimProcess : Actor
{
    private const long StopGrace = 3_000_000;

    private readonly SimWorld world;
    private readonly SimCluster cluster;
    private readonly SimClock clock;
    private readonly Lane[] lanes;
    private readonly long[] dueAt;
    private readonly int[] idlePasses;
    private readonly Holding? holding;
    private readonly HashSet<int> here = [], warm = [];
    private bool ending, down;

    public SimProcess(SimWorld world, int number, int laneCount, Ownership ownership)
    {
        this.world = world;
        Number = number;
        Ownership = ownership;
        clock = new SimClock(world.Scheduler);
        var clients = new ClientWorld(this, Name, world.Network, world.Plan, world.Mutation)
        {
            Crash = () => Crash("in the middle of a step"),
            Opening = slot => world.Watch.Opening(this, slot),
            Closed = slot => world.Watch.Closed(this, slot),
            Unanswered = slot => world.Watch.Unanswered(this, slot),
            Recompute = interval => Insides.Recompute(world, lanes!, interval),
            Committing = interval => world.Watch.Committing(this, interval),
            Committed = (interval, outcome) => world.Watch.Committed(this, interval, outcome),
        };
        cluster = new SimCluster(clients, slice => world.Watch.Joined(this, slice));
        var options = new JobOptions
        {
            Lanes = laneCount,
            UntilEnd = ownership == Ownership.UntilEnd,
            Members = ownership == Ownership.Shared ? new NoMembers() : null,
            Notice = message => world.Watch.Notice(this, message),
            Time = clock,
            Buffers = new BufferBudget(world.Rng.Chance(0.25) ? world.Rng.Range(1, 60_000) : long.MaxValue),
            OffsetRefresh = TimeSpan.FromSeconds(5),
            Workers = _ => new SimWorker(this, world.Scheduler, world.Rng),
            NewOwner = () => world.NewGuid(),
        };
        lanes = new Lane[Math.Min(laneCount, world.Slots)];
        dueAt = new long[lanes.Length];
        idlePasses = new int[lanes.Length];
        try
        {
            IBlobStore blobs = new SimBlobs(this, Name, world.Disk, world.Network, clients.Crash);
            holding = new Holding(new JobRuntime(world.Plan, cluster, world.Mutate(blobs), new ProcessorSetup(world.InputPartitions, (_, _, _) => new FakeScorer()), world.Slots, options));
            for (var i = 0; i < lanes.Length; i++) lanes[i] = new Lane(holding.Runtime);
        }
        catch (Exception failure)
        {
            Dead = true;
            world.Watch.Ended(this, failure);
            return;
        }
        world.Trace.Say(Name, $"starts, {lanes.Length} lanes, {ownership}");
        if (ownership != Ownership.Shared)
            for (var slot = 0; slot < world.Slots; slot++) Take(slot);
        for (var i = 0; i < lanes.Length; i++) Schedule(i, world.Rng.Range(10, 2_000));
    }

    private JobRuntime Runtime => holding!.Runtime;

    public int Number { get; }

    public string Name => $"p{Number}";

    public Ownership Ownership { get; }

    /// <summary>Slots that were placed here and not released.</summary>
    public IReadOnlySet<int> Here => here;

    /// <summary>Slots whose state is kept warm here.</summary>
    public IReadOnlySet<int> Warm => warm;

    /// <summary>It failed and is on its way out.</summary>
    public bool Down => down;

    /// <summary>It is asked to stop, or on its way out.</summary>
    public bool Stopping { get; private set; }

    /// <summary>Whether it reached the end of input.</summary>
    public bool AtEnd => ending;

    public bool Awake => !Dead && !Paused;

    /// <summary>Keeps the state of a slot warm that another process runs.</summary>
    public void Follow(int slot)
    {
        if (here.Contains(slot) || !warm.Add(slot)) return;
        world.Trace.Say(Name, $"is to keep slot {slot} warm");
        lanes[slot % lanes.Length].Follow(slot);
        WakeLanes();
    }

    public void Take(int slot)
    {
        if (!here.Add(slot)) return;
        warm.Remove(slot);
        world.Trace.Say(Name, $"is to run slot {slot}");
        lanes[slot % lanes.Length].Take(slot);
        WakeLanes();
    }

    /// <summary>Lets a slot go; <paramref name="released"/> when it has.</summary>
    public void Release(int slot, Action released)
    {
        if (!here.Remove(slot)) return;
        world.Trace.Say(Name, $"is to let slot {slot} go");
        world.Watch.Releasing(this, slot);
        lanes[slot % lanes.Length].Release(slot, () =>
        {
            world.Watch.Released(this, slot);
            released();
        });
        WakeLanes();
    }

    /// <summary>Ends cleanly: every slot is let go, then it is gone; what takes too long is left.</summary>
    public void Stop()
    {
        if (Stopping || Dead) return;
        Stopping = true;
        world.Trace.Say(Name, $"is to stop");
        var left = here.Count;
        if (left == 0) Exit();
        foreach (var slot in here.Order().ToList())
            Release(slot, () =>
            {
                if (--left == 0) Exit();
            });
        world.Scheduler.After(StopGrace, this, () => Fail(new OperationCanceledException("stopping took too long")));
    }

    public void Crash(string when)
    {
        if (Dead) return;
        world.Trace.Say(Name, $"is killed {when}");
        Dead = true;
        world.Watch.Gone(this);
    }

    public void Pause()
    {
        world.Trace.Say(Name, $"stands still");
        Paused = true;
    }

    public void Resume()
    {
        if (!Paused) return;
        world.Trace.Say(Name, $"goes on");
        Paused = false;
        foreach (var step in Held) world.Scheduler.After(world.Rng.Range(1, 500), this, step);
        Held.Clear();
    }

    public void JumpAhead(long microseconds)
    {
        world.Trace.Say(Name, $"its clock jumps ahead by {microseconds / 1000} ms");
        clock.Ahead += microseconds;
    }

    /// <summary>Work of a worker may have posted something to the lanes.</summary>
    public void WakeLanes()
    {
        for (var i = 0; i < lanes.Length; i++)
        {
            idlePasses[i] = 0;
            Schedule(i, world.Rng.Range(10, 1_000));
        }
    }

    public void Break(string message) => world.Break($"{Name}: {message}");

    private void Fail(Exception failure)
    {
        if (Dead || ending && failure is OperationCanceledException) return;
        Runtime.Fail(failure);
        Shutdown();
    }

    private void Schedule(int lane, long delay)
    {
        if (down) return;
        var at = world.Scheduler.Now + delay;
        if (dueAt[lane] > world.Scheduler.Now && dueAt[lane] <= at) return;
        dueAt[lane] = at;
        world.Scheduler.After(delay, this, () => Step(lane, at));
    }

    private void Step(int lane, long at)
    {
        if (down || dueAt[lane] != at) return;
        dueAt[lane] = 0;
        try
        {
            if (!ending && lanes[lane].Ended()) End();
            if (world.Mutation == Mutation.EmitDuringReplay) Insides.EmitDuringReplay(lanes[lane]);
            lanes[lane].Pass(0);
        }
        catch (Exception failure)
        {
            Runtime.Fail(failure);
        }
        if (Runtime.Failed)
        {
            Shutdown();
            return;
        }
        if (Dead) return;
        idlePasses[lane] = cluster.TakeMoved() ? 0 : Math.Min(idlePasses[lane] + 1, 7);
        Schedule(lane, world.Rng.Range(200, 600 << idlePasses[lane]));
    }

    private void End()
    {
        ending = true;
        world.Trace.Say(Name, $"has reached the end of input");
        Stop();
    }

    private void Shutdown()
    {
        if (down) return;
        down = true;
        var failure = Runtime.Failure!;
        Stopping = true;
        world.Trace.Say(Name, $"ends: {failure.GetType().Name}: {failure.Message}");
        foreach (var lane in lanes) lane.Dispose();
        world.Watch.Ended(this, failure);
        // Workers finish what they are doing before the process is gone.
        world.Scheduler.After(world.Rng.Range(0, (int)StopGrace), this, Exit);
    }

    private void Exit()
    {
        world.Trace.Say(Name, $"is gone");
        Dead = true;
        world.Watch.Gone(this);
    }

    /// <summary>What a process holds when it is gone; nobody disposes it.</summary>
    private sealed record Holding(JobRuntime Runtime);

    /// <summary>The fleet calls the lanes itself.</summary>
    private sealed class NoMembers : ISlotMembership
    {
        public void Run(ISlotOrders slots, CancellationToken stop)
        {
        }
    }
}
