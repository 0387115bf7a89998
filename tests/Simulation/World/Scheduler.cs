namespace StreamGrains.Simulation.World;

/// <summary>Somebody whose steps stop when it dies and wait while it stands still: a simulated process.</summary>
internal abstract class Actor
{
    /// <summary>None of its steps runs any more; nothing of it is disposed.</summary>
    public bool Dead { get; protected set; }

    /// <summary>Its steps wait.</summary>
    public bool Paused { get; protected set; }

    /// <summary>Steps that came due while it stood still, in order.</summary>
    public List<Action> Held { get; } = [];
}

/// <summary>
/// The one loop: runs what is due next, at its time in microseconds; the clock jumps there. What is due at the same time runs in an order that the seed chooses.
/// Everything of a run happens within <see cref="RunNext"/>, on one thread.
/// </summary>
internal sealed class Scheduler(Rng rng)
{
    private readonly PriorityQueue<(Actor? Owner, Action Run), Due> queue = new();
    private uint number;

    /// <summary>Microseconds since the run began.</summary>
    public long Now { get; private set; }

    /// <summary>Steps run so far.</summary>
    public long Steps { get; private set; }

    /// <summary>Hash of the times and order of all steps: equal for equal runs.</summary>
    public ulong Digest { get; private set; }

    /// <summary>Runs something later; of an <paramref name="owner"/> only while it lives.</summary>
    public void After(long delay, Actor? owner, Action run) =>
        queue.Enqueue((owner, run), new Due(Now + delay, rng.Word() & 0xFFFF_FFFF_0000_0000 | number++));

    /// <summary>Runs the next step; false when nothing is left.</summary>
    public bool RunNext()
    {
        if (!queue.TryDequeue(out var step, out var due)) return false;
        Now = due.At;
        if (step.Owner is { Dead: true }) return true;
        if (step.Owner is { Paused: true } sleeper)
        {
            sleeper.Held.Add(step.Run);
            return true;
        }
        Steps++;
        Digest = Rng.Mix(Digest ^ (ulong)Now ^ due.Order << 20);
        step.Run();
        return true;
    }

    /// <summary>To be awaited: goes on after so many microseconds.</summary>
    public Promise<bool> Delay(long delay, Actor? owner)
    {
        var promise = new Promise<bool>();
        After(delay, owner, () => promise.Complete(true));
        return promise;
    }

    /// <summary>Due times are unique, so any correct queue gives the same order.</summary>
    private readonly record struct Due(long At, ulong Order) : IComparable<Due>
    {
        public int CompareTo(Due other) => At != other.At ? At.CompareTo(other.At) : Order.CompareTo(other.Order);
    }
}
