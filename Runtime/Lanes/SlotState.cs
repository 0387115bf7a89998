using StreamGrains.Engine.Commit;

namespace StreamGrains.Runtime.Lanes;

/// <summary>
/// Where a slot is in this process. A state has what belongs to it and nothing else, and the ways that lead on from it as its methods; these are all of them:
/// <code>
/// Warm → Opening → Live → Leaving → Closing
/// Opening → Leaving                          released before it was open: once it is
/// Warm, Opening, Live, Leaving → Closing     on a failure; of Warm, also when it is released
/// </code>
/// Owner: its <see cref="SlotLifecycle"/>, on the lane's thread.
/// </summary>
internal abstract record SlotState : IDisposable
{
    private SlotState()
    {
    }

    /// <summary>Processors that are fed: the slot's once it is open, before that those of the warm copy.</summary>
    public virtual IReadOnlyList<ProcessorRun> Runs => Opened?.Slot.Runs ?? [];

    /// <summary>The slot; null while it is not open.</summary>
    public virtual OpenSlot? Opened => null;

    /// <summary>Nothing more is done but to close the log.</summary>
    /// <param name="failure">Why; null when it is not wanted here any more.</param>
    public virtual Closing Close(Exception? failure)
    {
        Opened?.Close();
        return new(failure, this);
    }

    /// <summary>Frees what it has.</summary>
    public abstract void Dispose();

    /// <summary>Another process runs the slot, or nobody yet; here its state is kept warm.</summary>
    public sealed record Warm(WarmCopy Copy) : SlotState
    {
        public override IReadOnlyList<ProcessorRun> Runs => Copy.Runs;

        public Opening Open() => new(Copy, Leaves: false);

        public override void Dispose() => Copy.Dispose();
    }

    /// <summary>Being taken over and recovered, from the warm copy if there is one.</summary>
    public sealed record Opening(WarmCopy Copy, bool Leaves) : SlotState
    {
        public override IReadOnlyList<ProcessorRun> Runs => Copy.Runs;

        public Opening Leave() => this with { Leaves = true };

        /// <summary>The copy's processors are the slot's now, or did not fit.</summary>
        public SlotState Open(OpenSlot slot)
        {
            Copy.Dispose();
            return Leaves ? new Leaving(slot) : new Live(slot);
        }

        public override void Dispose() => Copy.Dispose();
    }

    /// <summary>Takes records and commits.</summary>
    public sealed record Live(OpenSlot Slot) : SlotState
    {
        public override OpenSlot Opened => Slot;

        public Leaving Leave() => new(Slot);

        public override void Dispose() => Slot.Dispose();
    }

    /// <summary>Takes no more; commits what it has, with a last snapshot.</summary>
    public sealed record Leaving(OpenSlot Slot) : SlotState
    {
        public override OpenSlot Opened => Slot;

        public override void Dispose() => Slot.Dispose();
    }

    /// <summary>Its log is being closed; when that is done, nothing of it is left here.</summary>
    public sealed record Closing(Exception? Failure, SlotState Before) : SlotState
    {
        public bool Done { get; init; }

        public override IReadOnlyList<ProcessorRun> Runs => Before.Runs;

        public override OpenSlot? Opened => Before.Opened;

        public override Closing Close(Exception? failure) => this;

        public override void Dispose() => Before.Dispose();
    }
}
