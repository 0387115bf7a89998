using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Client;

namespace StreamGrains.Simulation.Mutations;

/// <summary>Records, intervals and positions as a broken run has them; as they are in a run that is not.</summary>
internal static class Mutated
{
    /// <summary>A record as it is delivered. With one upstream's watermark only, the others' blocks say that theirs is as far as can be.</summary>
    public static Message OnDelivery(ClientWorld world, Message message)
    {
        if (!world.Is(Mutation.WatermarkOfOneUpstream) || message.Value is not [(byte)'B', 1, ..]) return message;
        ReadOnlySpan<byte> rest = message.Value.AsSpan(2);
        Varint.TryRead(ref rest, out var upstream);
        if (upstream == 0) return message;
        Varint.TryRead(ref rest, out _);
        var head = new byte[2 + 2 * Varint.MaxBytes];
        (head[0], head[1]) = ((byte)'B', 1);
        var length = 2 + Varint.Write(head.AsSpan(2), upstream);
        length += Varint.Write(head.AsSpan(length), long.MaxValue / 4);
        return message with { Value = [.. head.AsSpan(0, length), .. rest] };
    }

    /// <summary>The journal record as it is written.</summary>
    public static byte[] Journal(ClientWorld world, FrozenInterval interval) => world.Is(Mutation.IdleAdvanceNotJournaled) && interval.Journal.Events.Count > 0
        ? JournalCodec.Encode(interval.Journal with { Events = [.. interval.Journal.Events.Where(e => e.Kind != JournalEventKind.IdleAdvance)] })
        : interval.JournalBytes;

    /// <summary>Journal records as a warm copy hears of them: as if each commit had taken one offset more of every partition.</summary>
    public static List<byte[]> Followed(ClientWorld world, List<byte[]> journal) => !world.Is(Mutation.StandbyAhead) ? journal :
        [.. journal.Select(bytes => JournalCodec.TryDecode(bytes, out var record, out _)
            ? JournalCodec.Encode(record! with { Processors = [.. record.Processors.Select(p => p with { Position = p.Position + 1 })] })
            : bytes)];

    /// <summary>Where reading begins: by count, at the record that many committed records come before.</summary>
    public static long Position(ClientWorld world, TopicPartition slice, long offset)
    {
        if (!world.Is(Mutation.RestoreByCount)) return offset;
        var left = offset;
        foreach (var entry in world.Network.Broker[slice].All)
            if (entry.Committed && left-- == 0) return entry.Offset;
        return offset;
    }

    /// <summary>Batches as they are sent.</summary>
    public static List<Batch> OnSending(ClientWorld world, List<Batch> batches, long sequence)
    {
        if (world.Is(Mutation.DeadLettersLost)) batches.RemoveAll(b => b.Slice.Topic == world.Job.DeadLetterTopic);
        if (world.Is(Mutation.RecordsReordered))
            foreach (var batch in batches) batch.Messages.Reverse();
        if (world.Is(Mutation.RekeyedToAnyPartition) && world.Job.Stages.Count > 1)
        {
            var (topic, partitions) = (world.Job.Stages[1].Input.Topic, world.Network.Broker.PartitionCount(world.Job.Stages[1].Input.Topic)!.Value);
            return batches.ConvertAll(b => b.Slice.Topic == topic ? b with { Slice = new TopicPartition(topic, (int)((b.Slice.Partition + sequence) % partitions)) } : b);
        }
        return batches;
    }
}
