using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Runtime.Jobs;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Which slots a lane is to have, and those that it has; each pass brings the second closer to the first. A slot that failed is taken again after a while
/// where slots are shared with other processes, and ends the job where this process has them all. Owner: the lane, on its thread.
/// </summary>
/// <param name="job">The job.</param>
/// <param name="post">Hands a result to the lane.</param>
/// <param name="join">A slot begins to run.</param>
/// <param name="part">A slot that ran takes no more.</param>
internal sealed class Placement(JobRuntime job, Action<Action> post, Action<SlotLifecycle> join, Action<SlotLifecycle> part) : IDisposable
{
    /// <summary>Longer than the other processes need to agree on who has a slot, so that two of them do not take it from each other in turns.</summary>
    private const int FencedMs = 10_000;

    /// <summary>A slot that ran for so long before it failed has not failed in vain: its next pause is short again.</summary>
    private const int SteadyMs = 60_000;

    private readonly SortedList<int, Wish> wanted = [];
    private readonly List<SlotLifecycle> lives = [];
    private readonly List<(int Slot, Action Released)> releases = [];

    /// <summary>Nothing is wanted and nothing is left.</summary>
    public bool Empty => wanted.Count == 0 && lives.Count == 0;

    /// <summary>Slots here that have taken something which is not known to be committed.</summary>
    public IEnumerable<int> Uncommitted => lives.Where(l => l.Uncommitted).Select(l => l.Index);

    /// <summary>Whether memory comes back with a commit.</summary>
    public bool AnyToGiveBack
    {
        get
        {
            foreach (var life in lives)
                if (life.Uncommitted && life.OutputBytes >= CommitPolicy.MaxOpenBytesTight) return true;
            return false;
        }
    }

    /// <summary>Each slot that is wanted or not gone yet.</summary>
    public IEnumerable<SlotStatus> Status => wanted.Where(w => !w.Value.Warm).Select(w => w.Key).Union(lives.Where(l => l.Owns).Select(l => l.Index)).Order().Select(StatusOf);

    /// <summary>Each slot whose state is kept warm.</summary>
    public IEnumerable<StandbyReport> Standbys => lives.Select(l => l.Standby).OfType<Standby>().Select(s => new StandbyReport(s.Index, s.Sequence, s.Behind));

    /// <summary>Bytes of memory that outputs have.</summary>
    public long OutputBytes
    {
        get
        {
            var sum = 0L;
            foreach (var life in lives) sum += life.OutputBytes;
            return sum;
        }
    }

    public void ReleaseOutputs(int keep)
    {
        foreach (var life in lives) life.ReleaseOutputs(keep);
    }

    public void Take(int slot)
    {
        if (!wanted.TryGetValue(slot, out var wish) || wish.Warm) wanted[slot] = new Wish();
    }

    /// <summary>The slot's state is to be kept warm; one that runs here goes on.</summary>
    public void Follow(int slot) => wanted.TryAdd(slot, new Wish { Warm = true });

    public void Release(int slot, Action released)
    {
        wanted.Remove(slot);
        releases.Add((slot, released));
        foreach (var life in lives.Where(l => l.Index == slot)) Leave(life);
    }

    public void LeaveAll()
    {
        wanted.Clear();
        foreach (var life in lives) Leave(life);
    }

    /// <summary>Opens what is wanted and not here, unless it failed a moment ago; where its state is warm, that goes on as the slot.</summary>
    public void OpenWanted()
    {
        foreach (var (slot, wish) in wanted)
        {
            var life = Of(slot);
            if (job.Now < wish.NotBefore || life is not null && (wish.Warm || !life.IsWarm)) continue;
            if (life is null) lives.Add(life = new SlotLifecycle(job, slot, post, Opened, Failed));
            if (!wish.Warm) life.Open();
        }
    }

    /// <summary>Lets every slot commit what is due, and removes those that are gone.</summary>
    public void Advance()
    {
        foreach (var life in lives) life.Advance(job.Now);
        foreach (var life in lives)
            if (life.Gone) life.Dispose();
        lives.RemoveAll(static l => l.Gone);
        if (releases.Count == 0) return;
        foreach (var (_, released) in releases.Where(r => Of(r.Slot) is null)) released();
        releases.RemoveAll(r => Of(r.Slot) is null);
    }

    public void Dispose()
    {
        foreach (var life in lives) life.Dispose();
    }

    private SlotLifecycle? Of(int slot)
    {
        foreach (var life in lives)
            if (life.Index == slot) return life;
        return null;
    }

    private void Leave(SlotLifecycle life)
    {
        if (life.Running || life.Standby is not null) part(life);
        life.Leave();
    }

    private void Opened(SlotLifecycle life)
    {
        if (wanted.TryGetValue(life.Index, out var wish)) wish.OpenedAt = job.Now;
        join(life);
    }

    private void Failed(SlotLifecycle life, Exception failure)
    {
        part(life);
        if (!job.Shared) job.Fail(failure);
        else if (wanted.TryGetValue(life.Index, out var wish))
        {
            if (wish.OpenedAt is { } openedAt && job.Now - openedAt >= SteadyMs) wish.Failures = 0;
            wish.OpenedAt = null;
            var pause = failure is PartitionFenced ? FencedMs : CommitPolicy.RetryDelay(++wish.Failures);
            wish.NotBefore = job.Now + pause;
            wish.LastFailure = new SlotFailure(job.UtcNow, FailureKinds.Of(failure), failure.Message, job.UtcNow + TimeSpan.FromMilliseconds(pause));
            job.Warn(life.Owns
                ? $"slot {life.Index} stopped: {failure.Message} It is taken again in {pause} ms, unless another process has it by then."
                : $"the warm copy of slot {life.Index} stopped: {failure.Message} It is begun again in {pause} ms.");
        }
    }

    private SlotStatus StatusOf(int slot)
    {
        var life = Of(slot);
        var failure = wanted.GetValueOrDefault(slot)?.LastFailure;
        var phase = life?.Phase ?? (failure is null ? SlotPhase.Opening : SlotPhase.Failed);
        return new SlotStatus(slot, phase, Owner: null, life?.Landed ?? 0, life?.LastCommit, failure)
        {
            LastSnapshot = life?.Snapshots.LastDurable,
            UncoveredSince = life?.Snapshots.UncoveredSince,
            Stalled = life?.Stalled,
            SnapshotOverdue = SnapshotWatch.Overdue(life?.Snapshots.UncoveredSince, job.Plan.SnapshotEveryMs, job.UtcNow) is { } since
                ? new SlotDelay(since, job.Snapshots.Problem ?? "none has been written yet: storage has not answered, or no commit came that it could go with")
                : null,
        };
    }

    /// <summary>A slot that is to be here.</summary>
    private sealed class Wish
    {
        /// <summary>Its state is to be kept warm, and another process runs it.</summary>
        public bool Warm { get; init; }

        public long NotBefore { get; set; } = long.MinValue;

        /// <summary>Failures since it last ran for a while.</summary>
        public int Failures { get; set; }

        /// <summary>Clock reading when it last began to run; null before, and after a failure.</summary>
        public long? OpenedAt { get; set; }

        public SlotFailure? LastFailure { get; set; }
    }
}
