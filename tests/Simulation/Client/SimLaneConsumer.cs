using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Client;

/// <summary>A lane's consumer: committed records of its partitions, in pieces of any size; now and then nothing, as while a fetch is on its way.</summary>
internal sealed class SimLaneConsumer(ClientWorld world, Action<TopicPartition> assigned) : ILaneConsumer
{
    private readonly List<Assignment> assignments = [];
    private long room;

    /// <summary>Whether the last polls gave anything, or met an end.</summary>
    public bool Moved { get; set; }

    public void Assign(TopicPartition partition, long offset, Inbox inbox)
    {
        assignments.Add(new Assignment(partition, inbox) { Position = Mutated.Position(world, partition, offset) });
        assigned(partition);
    }

    public void Unassign(TopicPartition partition) => assignments.RemoveAll(a => a.Slice == partition);

    public void SetPaused(TopicPartition partition, bool paused)
    {
        foreach (var assignment in assignments)
            if (assignment.Slice == partition) assignment.Paused = paused;
    }

    public int Poll(int maxRecords, long maxBytes, int waitMs, Action<TopicPartition, long> atEnd)
    {
        if (world.Network.Broker.Down || assignments.Count == 0) return 0;
        var moved = 0;
        room = maxBytes;
        var first = world.Network.Rng.Next(assignments.Count);
        for (var i = 0; i < assignments.Count; i++)
        {
            var assignment = assignments[(first + i) % assignments.Count];
            if (assignment.Paused || assignment.Gone || moved == maxRecords || room <= 0 || world.Network.Rng.Next(5) == 0) continue;
            moved += Fetch(assignment, Math.Min(maxRecords - moved, PieceSize()), atEnd);
        }
        Moved |= moved > 0;
        return moved;
    }

    public void Dispose() => assignments.Clear();

    private int PieceSize() => world.Network.Rng.Next(6) switch { 0 => 1, 1 => world.Network.Rng.Range(2, 9), 2 or 3 => world.Network.Rng.Range(5, 60), _ => int.MaxValue };

    private int Fetch(Assignment assignment, int most, Action<TopicPartition, long> atEnd)
    {
        var partition = world.Network.Broker[assignment.Slice];
        if (assignment.Position < partition.Start || world.Network.Faults.Strike(Fault.OffsetOutOfRange))
        {
            assignment.Gone = true;
            throw new InputGone(assignment.Slice, $"reading {assignment.Slice}: the next offset to read is not there any more; the topic's retention removed it. Reset the job to start over from what is left.");
        }
        var uncommitted = ReadsAll(assignment.Slice);
        var end = uncommitted ? partition.End : partition.LastStable;
        var moved = 0;
        var index = partition.IndexOf(assignment.Position);
        var all = partition.All;
        for (; index < all.Length && all[index].Offset < end && moved < most && room > 0; index++)
        {
            ref readonly var entry = ref all[index];
            assignment.Position = entry.Offset + 1;
            if (!(uncommitted ? entry.Message is not null : entry.Committed)) continue;
            Add(assignment.Inbox, entry);
            moved++;
        }
        if (moved > 0 && (moved == most || room <= 0)) return moved;
        assignment.Position = Math.Max(assignment.Position, end);
        if (assignment.ToldEnd == end) return moved;
        assignment.ToldEnd = end;
        Moved = true;
        atEnd(assignment.Slice, end);
        return moved;
    }

    private void Add(Inbox inbox, in Entry entry)
    {
        var message = Mutated.OnDelivery(world, entry.Message!);
        var bytes = inbox.Bytes;
        room -= (message.Key?.Length ?? 0) + (message.Value?.Length ?? 0);
        inbox.Add(new RawRecord(
            entry.Offset, message.Timestamp, Slice(bytes, message.Key), Slice(bytes, message.Value), message.Headers.Length == 0 ? default : bytes.Append(message.Headers)));
    }

    private bool ReadsAll(TopicPartition slice) => world.Job.Stages[0].Input.Topic == slice.Topic
        ? world.Is(Mutation.ReadUncommittedSource)
        : world.Is(Mutation.ReadUncommittedExchange);

    private static ByteSlice Slice(ByteArena arena, byte[]? bytes) => bytes is null ? OutputBuffer.Null : arena.Append(bytes);

    private sealed class Assignment(TopicPartition slice, Inbox inbox)
    {
        public TopicPartition Slice => slice;

        public Inbox Inbox => inbox;

        public long Position { get; set; }

        public long ToldEnd { get; set; } = -1;

        public bool Paused { get; set; }

        /// <summary>Nothing more is fetched: the client does not choose another offset by itself.</summary>
        public bool Gone { get; set; }
    }
}
