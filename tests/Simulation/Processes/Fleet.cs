using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Processes;

/// <summary>
/// Who runs what: starts processes, gives them slots, and sees to it that a slot without an owner gets one. It is no fence: by mistake or on purpose two may own a slot.
/// </summary>
internal sealed class Fleet
{
    private readonly SimWorld world;
    private readonly Rng rng;
    private readonly List<SimProcess> processes = [];
    private readonly SimProcess?[] owners;
    private readonly bool standby;
    private int number;

    public Fleet(SimWorld world, ulong seed)
    {
        this.world = world;
        rng = new Rng(seed, "fleet");
        owners = new SimProcess?[world.Slots];
        Alone = rng.Chance(0.4);
        Most = rng.Range(1, 3);
        standby = rng.Chance(0.3);
        world.Watch.Gone = process => processes.Remove(process);
    }

    /// <summary>Processes of this run believe that they are alone; otherwise they share.</summary>
    public bool Alone { get; }

    /// <summary>So many processes at a time.</summary>
    public int Most { get; }

    /// <summary>Whether processes are started; off at the end.</summary>
    public bool Open { get; set; } = true;

    public IReadOnlyList<SimProcess> Processes => processes;

    public SimProcess? OwnerOf(int slot) => owners[slot];

    /// <summary>A process that a fault may hit.</summary>
    public SimProcess? Any()
    {
        var awake = processes.FindAll(p => p.Awake);
        return awake.Count == 0 ? null : rng.Pick(awake);
    }

    public SimProcess Start(Ownership ownership)
    {
        var process = new SimProcess(world, ++number, rng.Range(1, 3), ownership);
        if (!process.Dead) processes.Add(process);
        return process;
    }

    /// <summary>Starts what is missing and places what has no owner, now and again and again.</summary>
    public void Tend()
    {
        if (!Open) return;
        if (Alone) TendAlone();
        else TendShared();
        world.Scheduler.After(rng.Range(5_000, 150_000), null, Tend);
    }

    /// <summary>A slot gets another owner; the present one is told, or not.</summary>
    public void Move(int slot, bool tell)
    {
        var from = owners[slot];
        var to = Other(from, slot);
        if (to is null) return;
        owners[slot] = to;
        if (tell && from is { Awake: true }) from.Release(slot, () => to.Take(slot));
        else
        {
            to.Take(slot);
            // The old owner learns of it at some time, or is shut out again and again until then.
            if (from is not null) world.Scheduler.After(rng.Range(50_000, 1_500_000), from, () => LetGo(slot, from));
        }
        // A release that never ends must not keep the slot.
        world.Scheduler.After(1_500_000, to, () =>
        {
            if (owners[slot] == to) to.Take(slot);
        });
    }

    /// <summary>Every slot has one owner, and all others let it go.</summary>
    public void Settle()
    {
        foreach (var process in processes.ToList())
        {
            process.Resume();
            if (process.Ownership != Ownership.Shared) continue;
            foreach (var slot in process.Here.Order().ToList())
                if (owners[slot] != process) LetGo(slot, process);
        }
        if (!Alone) return;
        foreach (var old in processes.Where(p => !p.Stopping).SkipLast(1).ToList()) old.Stop();
    }

    public void StopAll()
    {
        Open = false;
        foreach (var process in processes.ToList())
        {
            process.Resume();
            process.Stop();
        }
    }

    private void LetGo(int slot, SimProcess process)
    {
        if (owners[slot] != process && !process.Dead) process.Release(slot, () => { });
    }

    private void TendAlone()
    {
        if (processes.Exists(p => !p.Stopping && (p.Awake || !rng.Chance(0.01)))) return;
        Start(world.Faults.Active && rng.Chance(0.25) ? Ownership.UntilEnd : Ownership.Alone);
    }

    private void TendShared()
    {
        var running = processes.Count(p => p is { Stopping: false, Dead: false });
        if (running < Most && (running == 0 || rng.Chance(0.5))) Start(Ownership.Shared);
        for (var slot = 0; slot < owners.Length; slot++)
        {
            if (owners[slot] is { Dead: false, Stopping: false } owner && owner.Here.Contains(slot)) continue;
            owners[slot] = Other(null, slot);
            owners[slot]?.Take(slot);
        }
        for (var slot = 0; standby && slot < owners.Length; slot++)
            if (rng.Chance(0.2)) Other(owners[slot])?.Follow(slot);
    }

    /// <summary>A process that may have a slot, mostly one that has its state warm.</summary>
    private SimProcess? Other(SimProcess? than, int? slot = null)
    {
        var choices = processes.FindAll(p => p is { Awake: true, Stopping: false, Ownership: Ownership.Shared } && p != than);
        if (slot is { } wanted && choices.Exists(p => p.Warm.Contains(wanted)) && rng.Chance(0.8)) choices.RemoveAll(p => !p.Warm.Contains(wanted));
        return choices.Count == 0 ? null : rng.Pick(choices);
    }
}
