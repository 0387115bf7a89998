using System.Buffers.Binary;
using System.Text;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Journal;

/// <summary>
/// The bytes of a journal record. Kept in step with docs/formats.md and the golden bytes in its test.
/// <code>
/// 0   1   'J'
/// 1   1   version, 2
/// 2   1   flags: 1 = closed
/// 3   8   sequence
/// 11 16   owner (RFC 9562 byte order)
/// 27 16   fingerprint
/// 43  4   slot
/// 47  4   slots
/// 51  4   length of the job's name, name in UTF-8
///     4   length of the cluster's id, id in UTF-8
///     4   number of processors; each: stage 4, partition 4, start 8, position 8, watermark 8, records taken 8, sum of their hashes 8, counts 8 times 8,
///         id of the topic 16, number of snapshots 1;
///         each snapshot: sequence 8, position 8, length of the name 4, name in UTF-8
///     4   number of events; each: stage 4, partition 4, offset 8, kind 1, watermark 8
/// end 4   CRC-32C of everything before
/// </code>
/// Numbers are little endian.
/// </summary>
public static class JournalCodec
{
    private const byte Magic = (byte)'J', Version = 2, ClosedFlag = 1;

    /// <summary>The record's bytes.</summary>
    public static byte[] Encode(JournalRecord record)
    {
        var stream = new MemoryStream();
        var writer = new SnapshotWriter(stream);
        writer.WriteBytes([Magic, Version, record.Closed ? ClosedFlag : (byte)0]);
        writer.WriteInt64(record.Sequence);
        writer.WriteBytes(record.Owner.ToByteArray(bigEndian: true));
        Span<byte> fingerprint = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(fingerprint, record.Fingerprint);
        writer.WriteBytes(fingerprint);
        writer.WriteInt32(record.Slot);
        writer.WriteInt32(record.Slots);
        WriteText(writer, record.Job);
        WriteText(writer, record.Cluster);
        writer.WriteInt32(record.Processors.Count);
        foreach (var mark in record.Processors) WriteMark(writer, mark);
        writer.WriteInt32(record.Events.Count);
        foreach (var happened in record.Events)
        {
            writer.WriteInt32(happened.Id.Stage);
            writer.WriteInt32(happened.Id.Partition);
            writer.WriteInt64(happened.Offset);
            writer.WriteByte((byte)happened.Kind);
            writer.WriteInt64(happened.Watermark);
        }
        writer.WriteInt32((int)writer.Checksum);
        return stream.ToArray();
    }

    /// <summary>Reads a record's bytes. False, with the reason, for anything else.</summary>
    public static bool TryDecode(byte[] bytes, out JournalRecord? record, out string reason)
    {
        record = null;
        try
        {
            var reader = new SnapshotReader(new MemoryStream(bytes), bytes.Length);
            if (reader.ReadByte() != Magic) throw new SnapshotDamaged("it does not begin like a journal record");
            if (reader.ReadByte() is var version && version != Version) throw new SnapshotDamaged($"its version is {version}, this program reads version {Version}");
            record = Decode(reader);
            var expected = reader.Checksum;
            if ((uint)reader.ReadInt32() != expected || reader.Consumed != bytes.Length) throw new SnapshotDamaged("it does not match its checksum");
            reason = "";
            return true;
        }
        catch (SnapshotDamaged damaged)
        {
            record = null;
            reason = damaged.Message;
            return false;
        }
    }

    private static JournalRecord Decode(SnapshotReader reader)
    {
        var closed = (reader.ReadByte() & ClosedFlag) != 0;
        var sequence = reader.ReadInt64();
        Span<byte> bytes = stackalloc byte[16];
        reader.ReadBytes(bytes);
        var owner = new Guid(bytes, bigEndian: true);
        reader.ReadBytes(bytes);
        var fingerprint = BinaryPrimitives.ReadUInt128LittleEndian(bytes);
        int slot = reader.ReadInt32(), slots = reader.ReadInt32();
        string job = ReadText(reader, "the job's name"), cluster = ReadText(reader, "the cluster's id");
        // Lists grow by what is read, so a wrong count ends at the end of the bytes.
        var marks = new List<ProcessorMark>();
        for (var left = reader.ReadInt32(); left > 0; left--) marks.Add(ReadMark(reader));
        var events = new List<JournalEvent>();
        for (var left = reader.ReadInt32(); left > 0; left--)
            events.Add(new JournalEvent(new ProcessorId(reader.ReadInt32(), reader.ReadInt32()), reader.ReadInt64(), (JournalEventKind)reader.ReadByte(), reader.ReadInt64()));
        return new JournalRecord(job, sequence, owner, fingerprint, slot, slots, closed, marks, events) { Cluster = cluster };
    }

    private static void WriteMark(SnapshotWriter writer, ProcessorMark mark)
    {
        writer.WriteInt32(mark.Id.Stage);
        writer.WriteInt32(mark.Id.Partition);
        writer.WriteInt64(mark.Start);
        writer.WriteInt64(mark.Position);
        writer.WriteInt64(mark.Watermark);
        writer.WriteInt64(mark.Tally.Count);
        writer.WriteInt64((long)mark.Tally.Hash);
        foreach (var count in mark.Counts.ToList()) writer.WriteInt64(count);
        writer.WriteBytes(mark.Topic.ToByteArray(bigEndian: true));
        writer.WriteByte((byte)mark.Snapshots.Count);
        foreach (var snapshot in mark.Snapshots)
        {
            writer.WriteInt64(snapshot.Sequence);
            writer.WriteInt64(snapshot.Position);
            WriteText(writer, snapshot.Name);
        }
    }

    private static ProcessorMark ReadMark(SnapshotReader reader)
    {
        var id = new ProcessorId(reader.ReadInt32(), reader.ReadInt32());
        long start = reader.ReadInt64(), position = reader.ReadInt64(), watermark = reader.ReadInt64();
        var tally = new InputTally(reader.ReadInt64(), (ulong)reader.ReadInt64());
        var counts = new ProcessorCounts(
            reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
        Span<byte> topic = stackalloc byte[16];
        reader.ReadBytes(topic);
        var snapshots = new NamedSnapshot[reader.ReadByte()];
        for (var i = 0; i < snapshots.Length; i++)
        {
            long sequence = reader.ReadInt64(), at = reader.ReadInt64();
            snapshots[i] = new NamedSnapshot(sequence, at, ReadText(reader, "a snapshot's name"));
        }
        return new ProcessorMark(id, start, position, watermark, snapshots) { Tally = tally, Counts = counts, Topic = new Guid(topic, bigEndian: true) };
    }

    private static void WriteText(SnapshotWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.WriteInt32(bytes.Length);
        writer.WriteBytes(bytes);
    }

    private static string ReadText(SnapshotReader reader, string what)
    {
        var length = reader.ReadInt32();
        reader.CheckRoom(length, $"bytes of {what}");
        var bytes = new byte[length];
        reader.ReadBytes(bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
