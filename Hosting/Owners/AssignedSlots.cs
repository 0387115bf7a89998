using System.Threading.Channels;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Owners;

/// <summary>
/// Membership by calls: whoever owns this process' share of a job (the process itself, or a grain) says which slots run here. What is wanted outlasts a run, so a run that
/// is started again has the same slots. Any thread may call; <see cref="Run"/> passes the wishes on, on its own.
/// </summary>
internal sealed class AssignedSlots : ISlotMembership
{
    private readonly Lock gate = new();
    private readonly SortedSet<int> wanted = [];
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
            if (wanted.Add(slot)) wishes.Writer.TryWrite(new Wish(slot, null));
    }

    /// <summary>Gives the slot up; completes when it has committed and left, or when that took longer than a stop may.</summary>
    public Task Release(int slot)
    {
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (!wanted.Remove(slot)) return Task.CompletedTask;
            wishes.Writer.TryWrite(new Wish(slot, left));
        }
        return left.Task;
    }

    /// <inheritdoc/>
    public void Run(Action<int> take, Action<IReadOnlyCollection<int>> release, Action<IReadOnlyCollection<int>> lost, CancellationToken stop)
    {
        // The set says already what the runs before this one were told, and what was wished for meanwhile.
        lock (gate)
        {
            NobodyRuns();
            foreach (var slot in wanted.ToArray()) take(slot);
        }
        try
        {
            while (wishes.Reader.WaitToReadAsync(stop).AsTask().GetAwaiter().GetResult()) PassOn(take, release);
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
    private void PassOn(Action<int> take, Action<IReadOnlyCollection<int>> release)
    {
        var leaving = new List<Wish>();
        while (wishes.Reader.TryPeek(out var next) && (next.Left is not null || leaving.Count == 0) && wishes.Reader.TryRead(out next))
        {
            if (next.Left is not null) leaving.Add(next);
            else take(next.Slot);
        }
        if (leaving.Count == 0) return;
        release([.. leaving.Select(w => w.Slot)]);
        foreach (var wish in leaving) wish.Left!.SetResult();
    }

    /// <summary>A slot to take; or to leave, and whom to tell.</summary>
    private sealed record Wish(int Slot, TaskCompletionSource? Left);
}
