using System.Threading.Channels;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Owners;

/// <summary>
/// Membership by calls: whoever owns this process' share of a job (the process itself, or a grain) says which slots run here. What is wanted outlasts a run, so a run that
/// is started again has the same slots. Any thread may call; <see cref="Run"/> passes the wishes on, on its own.
/// </summary>
public sealed class AssignedSlots : ISlotMembership
{
    private readonly Lock gate = new();
    private readonly SortedSet<int> wanted = [], followed = [];
    private readonly Channel<Wish> wishes = Channel.CreateUnbounded<Wish>();

    /// <summary>Slots that are to run here.</summary>
    public IReadOnlyList<int> Wanted
    {
        get { lock (gate) return [.. wanted]; }
    }

    /// <summary>The slot is to run here; asking again changes nothing.</summary>
    public void Take(int slot)
    {
        lock (gate)
        {
            if (!wanted.Add(slot)) return;
            followed.Remove(slot);
            wishes.Writer.TryWrite(new Wish(slot, WishKind.Take));
        }
    }

    /// <summary>A warm copy of the slot's state is to be kept here; asking again changes nothing, nor does it for a slot that runs here.</summary>
    public void Follow(int slot)
    {
        lock (gate)
            if (!wanted.Contains(slot) && followed.Add(slot)) wishes.Writer.TryWrite(new Wish(slot, WishKind.Follow));
    }

    /// <summary>No warm copy is to be kept here any more; a slot that runs here goes on.</summary>
    public void Unfollow(int slot)
    {
        lock (gate)
            if (followed.Remove(slot)) wishes.Writer.TryWrite(new Wish(slot, WishKind.Leave));
    }

    /// <summary>Whether nothing is to run or to be followed here.</summary>
    public bool Empty
    {
        get { lock (gate) return wanted.Count == 0 && followed.Count == 0; }
    }

    /// <summary>Gives the slot up; completes when it has committed and left, or when that took longer than a stop may.</summary>
    public Task Release(int slot)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (!wanted.Remove(slot)) return Task.CompletedTask;
            wishes.Writer.TryWrite(new Wish(slot, WishKind.Leave) { Left = left });
        }
        return left.Task;
    }

    /// <inheritdoc/>
    public void Run(ISlotOrders slots, CancellationToken stop)
    {
        // The set says already what the runs before this one were told, and what was wished for meanwhile.
        lock (gate)
        {
            NobodyRuns();
            foreach (var slot in wanted.ToArray()) slots.Take(slot);
            foreach (var slot in followed.ToArray()) slots.Follow(slot);
        }
        try
        {
            while (wishes.Reader.WaitToReadAsync(stop).AsTask().GetAwaiter().GetResult()) PassOn(slots);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The lanes let go of what is left.
        }
    }

    /// <summary>No run is at work: whoever waits for a slot to leave need wait no longer.</summary>
    public void NobodyRuns()
    {
        while (wishes.Reader.TryRead(out var wish)) wish.Left?.SetResult();
    }

    /// <summary>Slots that are given up at the same time leave at the same time.</summary>
    private void PassOn(ISlotOrders slots)
    {
        var leaving = new List<Wish>();
        while (wishes.Reader.TryPeek(out var next) && (next.Kind == WishKind.Leave || leaving.Count == 0) && wishes.Reader.TryRead(out next))
        {
            if (next.Kind == WishKind.Leave) leaving.Add(next);
            else if (next.Kind == WishKind.Take) slots.Take(next.Slot);
            else slots.Follow(next.Slot);
        }
        if (leaving.Count == 0) return;
        slots.Release([.. leaving.Select(w => w.Slot)]);
        foreach (var wish in leaving) wish.Left?.SetResult();
    }

    private enum WishKind
    {
        Take,
        Follow,
        Leave,
    }

    private sealed record Wish(int Slot, WishKind Kind)
    {
        /// <summary>Whom to tell when it has left; null for nobody.</summary>
        public TaskCompletionSource? Left { get; init; }
    }
}
