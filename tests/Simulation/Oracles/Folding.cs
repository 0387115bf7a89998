using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Jobs;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Oracles;

/// <summary>Runs folds over committed input, with the journal's events where they happened.</summary>
internal static class Folding
{
    /// <summary>The first stage over all committed source records.</summary>
    public static List<StageFold> Source(SimWorld world, Journals journals)
    {
        var folds = new List<StageFold>();
        for (var p = 0; p < world.InputPartitions[0]; p++)
        {
            var fold = world.Job.Fold(0, p);
            Walk(world, journals, new ProcessorId(0, p), fold, entry => fold.Take((Event)entry.Message!.Tag!, entry.Offset));
            folds.Add(fold);
        }
        CheckIdleAdvances(world, journals, folds);
        return folds;
    }

    /// <summary>Committed records of a processor's input, all of which must be below its last position, and between them the events of its journal.</summary>
    public static void Walk(SimWorld world, Journals journals, ProcessorId id, StageFold fold, Action<Entry> take)
    {
        var slice = new TopicPartition(world.Plan.Stages[id.Stage].Input.Topic, id.Partition);
        var last = journals.Last(id);
        using var events = journals.Events(id).GetEnumerator();
        var more = events.MoveNext();
        foreach (var entry in world.Broker[slice].All)
        {
            if (!entry.Committed || entry.Offset < last.Start) continue;
            for (; more && events.Current.Offset <= entry.Offset; more = events.MoveNext()) Happen(fold, events.Current);
            if (entry.Offset >= last.Position) throw new OracleSays($"offset {entry.Offset} of {slice} is committed input, and the job has only come to {last.Position}");
            take(entry);
        }
        for (; more; more = events.MoveNext()) Happen(fold, events.Current);
    }

    private static void Happen(StageFold fold, JournalEvent happened)
    {
        if (happened.Kind == JournalEventKind.Drain) fold.Drain();
        else fold.Advance(happened.Watermark);
    }

    /// <summary>An idle partition follows: some partition must have brought the watermark that it took.</summary>
    private static void CheckIdleAdvances(SimWorld world, Journals journals, List<StageFold> folds)
    {
        for (var p = 0; p < folds.Count; p++)
        {
            var followed = journals.Events(new ProcessorId(0, p)).Where(e => e.Kind == JournalEventKind.IdleAdvance).Select(e => e.Watermark).DefaultIfEmpty(long.MinValue).Max();
            if (followed > folds.Where((_, q) => q != p).Select(f => f.Watermark).DefaultIfEmpty(long.MinValue).Max())
                throw new OracleSays($"idle partition {p} of '{world.Plan.Stages[0].Input.Topic}' was advanced to {followed}, further than any other partition has come");
        }
    }
}
