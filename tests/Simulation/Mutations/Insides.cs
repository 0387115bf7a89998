using System.Reflection;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Ports;
using StreamGrains.Runtime.Lanes;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Oracles;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Mutations;

/// <summary>Reaches into the product's lanes for the mutations that no port can make. Nothing else may.</summary>
internal static class Insides
{
    private static readonly FieldInfo Feeds = typeof(Lane).GetField("feeds", BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly FieldInfo Open = typeof(Slot).GetField("open", BindingFlags.Instance | BindingFlags.NonPublic)!;

    /// <summary>Processors that repeat committed input write it out again.</summary>
    public static void EmitDuringReplay(Lane lane)
    {
        foreach (var feed in (List<RunFeed>)Feeds.GetValue(lane)!)
            if (feed.Run.Replaying) feed.Run.Processor.Emitting = true;
    }

    /// <summary>The interval's outputs, made once more from its input by the processors as they are now.</summary>
    public static FrozenInterval Recompute(SimWorld world, IEnumerable<Lane> lanes, FrozenInterval interval)
    {
        var slot = lanes.SelectMany(l => (List<RunFeed>)Feeds.GetValue(l)!).Select(f => (Slot?)f.Life.Slot).FirstOrDefault(s => s?.Index == interval.Journal.Slot);
        if (slot is null) return interval;
        var before = CommittedJournal.Last(world, slot.Index);
        var again = new OutputBuffer();
        foreach (var run in slot.Runs)
        {
            var mark = interval.Journal.Processors.First(m => m.Id == run.Processor.Id);
            var from = before?.Processors.First(m => m.Id == mark.Id).Position ?? mark.Start;
            var inbox = Records(world.Broker[new TopicPartition(run.Processor.Topic, mark.Id.Partition)], from, mark.Position);
            var position = run.Processor.Position;
            run.Processor.SetOutput(again);
            while (inbox.Remaining > 0) run.Processor.Apply(inbox, int.MaxValue);
            run.Processor.Flush();
            run.Processor.SetOutput((OutputBuffer)Open.GetValue(slot)!);
            run.Processor.Position = position;
        }
        return interval with { Outputs = again };
    }

    private static Inbox Records(Partition partition, long from, long before)
    {
        var inbox = new Inbox();
        foreach (var entry in partition.All)
            if (entry.Committed && entry.Offset >= from && entry.Offset < before)
                inbox.Add(new RawRecord(entry.Offset, entry.Message!.Timestamp, Append(entry.Message.Key), Append(entry.Message.Value), default));
        return inbox;

        Engine.Columns.ByteSlice Append(byte[]? bytes) => bytes is null ? OutputBuffer.Null : inbox.Bytes.Append(bytes);
    }
}
