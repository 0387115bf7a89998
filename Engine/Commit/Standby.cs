using System.Diagnostics;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// A warm copy of a slot's state beside its owner: it repeats what the owner has committed, and writes nothing. It fences nobody and needs no fence, because it takes only what a
/// committed journal record accounts for. When the slot is taken over, its runs become the slot's. Owner: one lane, on its thread; the slot's worker while that takes the slot over.
/// </summary>
public sealed class Standby : IDisposable
{
    private bool adopted;

    internal Standby(int index, IReadOnlyList<ProcessorRun> runs, OutputBuffer open, long sequence) => (Index, Runs, Open, Sequence) = (index, runs, open, sequence);

    /// <summary>Which slot.</summary>
    public int Index { get; }

    /// <summary>Its processors, later stages first.</summary>
    public IReadOnlyList<ProcessorRun> Runs { get; }

    /// <summary>Number of the last commit that it knows of.</summary>
    public long Sequence { get; private set; }

    /// <summary>Offsets between its state and the last commit that it knows of.</summary>
    public long Behind => Runs.Sum(r => r.Behind);

    /// <summary>Where outputs would go.</summary>
    internal OutputBuffer Open { get; }

    /// <summary>Takes commits in: those right after the ones that it knows, without a gap.</summary>
    public void Follow(IReadOnlyList<JournalRecord> records)
    {
        foreach (var record in records)
        {
            Debug.Assert(record.Sequence == Sequence + 1, "who reads the journal looks for gaps");
            foreach (var run in Runs)
            {
                var mark = record.Processors.First(p => p.Id == run.Processor.Id);
                run.Extend(mark, record.Events.Where(e => e.Id == mark.Id));
            }
            Sequence = record.Sequence;
        }
    }

    /// <summary>
    /// Whether the slot can go on from here, with <paramref name="records"/> as its whole journal: nothing between is missing, and what was followed is what stands there.
    /// </summary>
    internal bool Fits(IReadOnlyList<JournalRecord> records) => records.Count > 0 && records[0].Sequence <= Sequence + 1 && records[^1].Sequence >= Sequence;

    /// <summary>Its runs are a slot's from now on, and go live after the last commit.</summary>
    internal void Adopt()
    {
        adopted = true;
        foreach (var run in Runs) run.Advance();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (adopted) return;
        foreach (var run in Runs) run.Processor.Dispose();
    }
}
