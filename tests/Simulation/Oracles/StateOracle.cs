using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Jobs;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Oracles;

/// <summary>
/// State is a function of the logs: every snapshot that live processors wrote, whatever they went through, has the very bytes of a processor that repeats the committed logs
/// from their beginning; and so has one that starts from any snapshot still there and repeats the rest. Late rows are counted, every one.
/// </summary>
internal static class StateOracle
{
    public static void Check(SimWorld world, Journals journals, IReadOnlyList<StageFold> folds)
    {
        foreach (var fold in folds) CheckProcessor(world, journals, new ProcessorId(fold.Stage, fold.Partition), fold);
    }

    private static void CheckProcessor(SimWorld world, Journals journals, ProcessorId id, StageFold fold)
    {
        var records = journals.Of(id);
        var snapshots = SnapshotsOf(world, records, id);
        var replay = new Replay(world, id, emitting: true);
        replay.From(Mark(records[0].Record, id).Start);
        foreach (var (record, _) in records)
        {
            replay.To(record);
            if (!snapshots.TryGetValue(record.Sequence, out var written)) continue;
            if (!replay.State(record.Sequence).SequenceEqual(written))
                throw new OracleSays($"the snapshot of processor {id} at commit {record.Sequence} is not the state that the logs give");
        }
        var counters = replay.Processor.Counters;
        if (counters.Late != fold.Late || counters.Dropped != fold.Dropped)
            throw new OracleSays($"processor {id} counts {counters.Late} late rows, {counters.Dropped} of them dropped; there are {fold.Late} and {fold.Dropped}");
        if (snapshots.Count > 0) CheckRecovered(world, records, id, snapshots.MaxBy(s => s.Key), replay.State(0).ToArray());
    }

    private static void CheckRecovered(
        SimWorld world, IReadOnlyList<(JournalRecord Record, Entry Entry)> records, ProcessorId id, KeyValuePair<long, byte[]> snapshot, byte[] expected)
    {
        var recovered = new Replay(world, id, emitting: false);
        recovered.Processor.Restore(new MemoryStream(snapshot.Value), snapshot.Value.Length);
        recovered.From(recovered.Processor.Position);
        foreach (var (record, _) in records)
            if (record.Sequence > snapshot.Key) recovered.To(record);
        if (!recovered.State(0).SequenceEqual(expected)) throw new OracleSays($"processor {id}, recovered from its snapshot of commit {snapshot.Key}, is not in the state that the logs give");
    }

    private static ProcessorMark Mark(JournalRecord record, ProcessorId id)
    {
        foreach (var mark in record.Processors)
            if (mark.Id == id) return mark;
        throw new OracleSays($"commit {record.Sequence} of slot {record.Slot} does not name processor {id}");
    }

    /// <summary>Snapshots of commits that landed, by the owners that landed them.</summary>
    private static Dictionary<long, byte[]> SnapshotsOf(SimWorld world, IReadOnlyList<(JournalRecord Record, Entry Entry)> records, ProcessorId id)
    {
        var found = new Dictionary<long, byte[]>();
        foreach (var (record, _) in records)
            if (world.Disk.EverDurable.TryGetValue(SnapshotName.Of(world.Plan.Name, id, record.Sequence, record.Owner), out var blob))
                found[record.Sequence] = blob.Written;
        return found;
    }

    /// <summary>A processor that repeats the committed logs, trimmed or not.</summary>
    private sealed class Replay
    {
        private readonly MemoryStream state;
        private readonly Inbox inbox = new();
        private readonly OutputBuffer outputs = new();
        private readonly SimWorld world;
        private readonly ProcessorId id;

        public Replay(SimWorld world, ProcessorId id, bool emitting)
        {
            (this.world, this.id) = (world, id);
            state = world.Disk.Scratch;
            var stage = world.Plan.Stages[id.Stage];
            Processor = new PartitionProcessor(world.Plan, stage, id.Partition, new ProcessorSetup(world.InputPartitions, (_, _, _) => new FakeScorer()), outputs) { Emitting = emitting };
        }

        public PartitionProcessor Processor { get; }

        /// <summary>Begins at an offset, with all that is committed from there.</summary>
        public void From(long offset)
        {
            Processor.Position = offset;
            var partition = world.Broker[new TopicPartition(world.Plan.Stages[id.Stage].Input.Topic, id.Partition)];
            foreach (var entry in partition.All[partition.IndexOf(offset)..])
                if (entry.Committed) inbox.Add(new RawRecord(entry.Offset, entry.Message!.Timestamp, Append(entry.Message.Key), Append(entry.Message.Value), default));
        }

        /// <summary>Goes on to where a commit left the processor.</summary>
        public void To(JournalRecord record)
        {
            foreach (var happened in record.Events)
            {
                if (happened.Id != id) continue;
                Take(happened.Offset);
                if (happened.Kind == JournalEventKind.Drain) Processor.Drain();
                else Processor.AdvanceIdle(happened.Watermark);
            }
            Take(Mark(record, id).Position);
            outputs.Clear();
        }

        /// <summary>The bytes of a snapshot taken now; valid until the next is asked for.</summary>
        public ReadOnlySpan<byte> State(long sequence)
        {
            var image = Processor.Share(sequence);
            state.SetLength(0);
            image.WriteTo(state);
            image.Release();
            return state.GetBuffer().AsSpan(0, (int)state.Length);
        }

        private void Take(long before)
        {
            while (inbox.Remaining > 0 && inbox[inbox.Next].Offset < Processor.Position) inbox.Consume(1);
            while (inbox.Remaining > 0 && inbox[inbox.Next].Offset < before) Processor.Apply(inbox, int.MaxValue, long.MaxValue, before);
            Processor.Position = Math.Max(Processor.Position, before);
        }

        private ByteSlice Append(byte[]? bytes) => bytes is null ? OutputBuffer.Null : inbox.Bytes.Append(bytes);
    }
}
