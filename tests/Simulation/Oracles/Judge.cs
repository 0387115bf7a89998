using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Oracles;

/// <summary>All oracles, after a run that has come to its end. The first that is not content speaks.</summary>
internal static class Judge
{
    public static void All(SimWorld world)
    {
        if (world.Trace.On)
            for (var slot = 0; slot < world.Slots; slot++)
                foreach (var (record, entry) in CommittedJournal.Read(world, slot))
                    world.Trace.Say("", $"journal {slot} offset {entry.Offset}: commit {record.Sequence} of {record.Owner.ToString()[..8]}: {string.Join("; ", record.Processors.Select(m => $"{m.Id} at {m.Position}, watermark {m.Watermark}, snapshots {string.Join(' ', m.Snapshots.Select(s => s.Sequence))}"))}; {string.Join(" ", record.Events)}");
        var journals = JournalOracle.Check(world);
        var first = Folding.Source(world, journals);
        var folds = new List<StageFold>(first);
        if (world.Job.Internal is not null) folds.AddRange(ExchangeOracle.Check(world, first, journals));
        OutputOracle.Check(world, folds);
        StateOracle.Check(world, journals, folds);
    }
}
