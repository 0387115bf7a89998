using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Runs;

namespace StreamGrains.Simulation.Processes;

/// <summary>
/// Looks on: which edges are reached, and whether what processes say about their failures is something that the faults of the run explain. An alarm of the product is a
/// failure of the run.
/// </summary>
internal sealed class Watch(SimWorld world)
{
    private enum Phase
    {
        Opening,
        Running,
        Leaving,
    }

    private readonly Dictionary<(int Process, int Slot), Phase> phases = [];
    private readonly Dictionary<(int Process, int Slot), (CommitVerdict Verdict, long Sequence)> outcomes = [];

    // Who opened each slot last.
    private readonly Dictionary<int, int> newest = [];
    private readonly HashSet<(int Process, int Slot)> opened = [];

    public int[] Edges { get; } = new int[Enum.GetValues<Edge>().Length];

    /// <summary>Told of a process that ended by itself or was killed.</summary>
    public Action<SimProcess> Gone { get; set; } = _ => { };

    /// <summary>A refusal that the run provokes: its words. Nothing else may refuse.</summary>
    public string? ExpectedRefusal { get; set; }

    /// <summary>The expected refusal was seen.</summary>
    public bool Refused { get; private set; }

    public void Reach(Edge edge) => Edges[(int)edge]++;

    public void Opening(SimProcess process, int slot)
    {
        newest[slot] = process.Number;
        opened.Add((process.Number, slot));
        if (phases.TryAdd((process.Number, slot), Phase.Opening)) return;
        if (outcomes.TryGetValue((process.Number, slot), out var last) && last.Verdict == CommitVerdict.Unknown) return;
        phases[(process.Number, slot)] = Phase.Opening;
    }

    public void Joined(SimProcess process, TopicPartition slice)
    {
        // A warm copy is fed before its slot is opened here, if ever.
        if (phases.ContainsKey((process.Number, SlotOf(slice)))) Runs((process.Number, SlotOf(slice)));
    }

    private void Runs((int Process, int Slot) id)
    {
        if (phases.TryGetValue(id, out var phase) && phase == Phase.Opening) Reach(Edge.SlotOpeningToRunning);
        phases[id] = Phase.Running;
    }

    public void Releasing(SimProcess process, int slot)
    {
        if (!phases.TryGetValue((process.Number, slot), out var phase)) return;
        if (phase == Phase.Opening) Reach(Edge.SlotOpeningToLeaving);
        if (phase == Phase.Running) Reach(Edge.SlotRunningToLeaving);
        phases[(process.Number, slot)] = Phase.Leaving;
    }

    public void Released(SimProcess process, int slot) => Reach(Edge.SlotClosingToGone);

    public void Closed(SimProcess process, int slot)
    {
        var id = (process.Number, slot);
        if (!phases.Remove(id, out var phase) || process.Down) return;
        var failed = outcomes.TryGetValue(id, out var last) && last.Verdict is CommitVerdict.Fenced or CommitVerdict.Refused;
        outcomes.Remove(id);
        Reach(phase switch
        {
            Phase.Opening => Edge.SlotOpeningFailed,
            Phase.Running => Edge.SlotRunningFailed,
            _ when failed => Edge.SlotLeavingFailed,
            _ => Edge.SlotLeavingToClosing,
        });
    }

    public void Committing(SimProcess process, FrozenInterval interval)
    {
        var id = (process.Number, interval.Journal.Slot);
        if (phases.GetValueOrDefault(id) == Phase.Opening) Runs(id);
        if (!outcomes.TryGetValue(id, out var before)) return;
        if (before.Verdict == CommitVerdict.Unknown && before.Sequence + 1 == interval.Sequence) Reach(Edge.CommitUnknownAndFoundLanded);
        if (before.Sequence != interval.Sequence) return;
        if (before.Verdict == CommitVerdict.Aborted) Reach(Edge.CommitAbortedAndSentAgain);
        if (before.Verdict == CommitVerdict.Unknown) Reach(Edge.CommitUnknownAndSentAgain);
    }

    public void Committed(SimProcess process, FrozenInterval interval, CommitOutcome outcome)
    {
        var id = (process.Number, interval.Journal.Slot);
        outcomes[id] = (outcome.Verdict, interval.Sequence);
        if (outcome.Verdict == CommitVerdict.Landed) Reach(Edge.CommitLanded);
        if (outcome.Verdict == CommitVerdict.Fenced) Reach(Edge.CommitFenced);
        if (outcome.Verdict == CommitVerdict.Refused) Reach(Edge.CommitRefused);
        if (interval.Journal.Events.Count == 0) return;
        Reach(interval.Journal.Events.Any(e => e.Kind == Engine.Journal.JournalEventKind.Drain) ? Edge.Drain : Edge.IdleAdvance);
    }

    /// <summary>Nobody has answered a slot's question; with a commit in doubt that is part of settling it.</summary>
    public void Unanswered(SimProcess process, int slot)
    {
        if (outcomes.TryGetValue((process.Number, slot), out var last) && last.Verdict == CommitVerdict.Unknown) Reach(Edge.CommitUnknownAndJournalAway);
    }

    /// <summary>What a process tells people.</summary>
    public void Notice(SimProcess process, string message)
    {
        world.Trace.Say(process.Name, $"notice: {message}");
        if (message.StartsWith("the warm copy of slot", StringComparison.Ordinal))
        {
            // What it needed is gone, because its owner needs it no longer: it begins again.
            if (message.Contains($"{world.Plan.JournalTopic}[", StringComparison.Ordinal) && message.Contains("is not there any more", StringComparison.Ordinal)) Reach(Edge.StandbyLeftBehind);
            return;
        }
        Explain(process, message, stopped: message.Contains("stopped:", StringComparison.Ordinal));
    }

    /// <summary>A process ends with a failure.</summary>
    public void Ended(SimProcess process, Exception failure)
    {
        if (failure is OperationCanceledException)
        {
            Reach(Edge.CommitGivenUp);
            return;
        }
        if (failure is not (JobFailed or PartitionFenced))
        {
            world.Break($"{process.Name} ended with {failure}");
            return;
        }
        Explain(process, failure.Message, stopped: true);
    }

    private void Explain(SimProcess process, string message, bool stopped)
    {
        foreach (var (words, edge) in Words)
            if (message.Contains(words, StringComparison.Ordinal)) Reach(edge);
        if (stopped) Reach(Edge.WorkerFailed);
        if (!stopped || Passing.Any(words => message.Contains(words, StringComparison.Ordinal))) return;
        // Overtaken while it read journal and offsets, one after the other: they cannot agree, and it is on its way out anyway.
        if (message.Contains("has committed offset", StringComparison.Ordinal) && newest.Any(n => n.Value != process.Number && opened.Contains((process.Number, n.Key)))) return;
        if (ExpectedRefusal is { } expected && message.Contains(expected, StringComparison.Ordinal)) Refused = true;
        else world.Break($"{process.Name} refuses to go on, and nothing that happened explains it: {message}");
    }

    private int SlotOf(TopicPartition slice) => slice.Partition % world.Slots;

    /// <summary>Failures that pass: somebody newer runs, the cluster was away, a person has seen to it since.</summary>
    private static readonly string[] Passing =
    [
        "a newer owner has taken over", "has a newer owner", "was taken over", "12 times in a row", "is not there any more; the topic's retention removed it",
        "Kafka refuses the commit", "operation was canceled", "could not be opened or read", "could not be looked through", "has not told within",
    ];

    private static readonly (string Words, Edge Edge)[] Words =
    [
        ("was taken over", Edge.CommitUnknownAndTakenOver),
        ("nor ever will", Edge.RecordRefusedAndReplaced),
        ("state from its warm copy", Edge.StandbyTakenOver),
        ("is not there: passed over", Edge.SnapshotNotThere),
        ("the journal says", Edge.SnapshotOfAnotherPosition),
        ("does not match its checksum", Edge.SnapshotBadChecksum),
        ("in the middle of its content", Edge.SnapshotEndsEarly),
        ("replaying", Edge.RecoveredFromTheBeginning),
        ("could not be looked through", Edge.StorageNotLookedThrough),
        ("are passed over: some job", Edge.OthersInJournal),
        ("was deleted and made again", Edge.TopicMadeAgain),
        ("the replay of", Edge.AnotherInput),
        ("is empty, and", Edge.JournalEmpty),
        ("that nothing names could not be removed", Edge.OldSnapshotsNotListed),
        ("old snapshot", Edge.OldSnapshotNotRemoved),
        ("could not be opened or read", Edge.SnapshotOutOfReach),
        ("could not be written", Edge.SnapshotNotWritten),
        ("the storage has not answered within", Edge.StorageCallLeft),
        ("it has not ended within", Edge.HousekeepingLeft),
        ("does not even say", Edge.HindranceNotTold),
        ("It is tried again with the next snapshot", Edge.QuestionOrTrimFailed),
        ("are needed to recover and are gone", Edge.InputGone),
        ("are gone from", Edge.JournalGone),
        ("cannot be read", Edge.JournalUnreadable),
        ("is not a column block", Edge.BlockUnreadable),
        ("has committed offset", Edge.OffsetsMoved),
        ("reading ", Edge.InputCutOff),
        ("which has cut", Edge.InputCutOff),
    ];
}
