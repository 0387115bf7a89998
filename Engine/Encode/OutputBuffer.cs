using System.Buffers.Binary;
using StreamGrains.Engine.Columns;

namespace StreamGrains.Engine.Encode;

/// <summary>One record to be produced; slices lie in the buffer that holds it. A length of -1 is null.</summary>
/// <param name="Topic">Index into the buffer's topic names.</param>
/// <param name="Partition">Target partition, or -1 for the partitioner's choice by key.</param>
/// <param name="Timestamp">Record timestamp, milliseconds since the epoch.</param>
/// <param name="Key">Key bytes.</param>
/// <param name="Value">Value bytes.</param>
/// <param name="Headers">Encoded headers (<see cref="HeaderCodec"/>), length 0 for none.</param>
/// <param name="Origin">Where it comes from.</param>
public readonly record struct OutputRecord(int Topic, int Partition, long Timestamp, ByteSlice Key, ByteSlice Value, ByteSlice Headers, OutputOrigin Origin);

/// <summary>The source record that an output comes from.</summary>
/// <param name="Partition">Its partition, or <see cref="RowBatch.NoOrigin"/> for the result of a window and for what is none of a row.</param>
/// <param name="Offset">Its offset, likewise.</param>
public readonly record struct OutputOrigin(int Partition, long Offset)
{
    /// <summary>No single source record.</summary>
    public static readonly OutputOrigin None = new(RowBatch.NoOrigin, RowBatch.NoOrigin);
}

/// <summary>
/// The outputs of one commit interval of one slot, kept until that commit is known to have landed: a failed transaction is resent from here
/// and never computed again. Owner: the slot while the interval is open, then the committer, then the slot again; never both.
/// </summary>
public sealed class OutputBuffer
{
    private readonly List<OutputRecord> records = [];
    private readonly List<string> topics = [];

    /// <summary>A null key or value.</summary>
    public static readonly ByteSlice Null = new(0, -1);

    /// <summary>The bytes that records point into.</summary>
    public ByteArena Bytes { get; } = new();

    /// <summary>Records in the order they are to be produced.</summary>
    public IReadOnlyList<OutputRecord> Records => records;

    /// <summary>Name of a record's topic.</summary>
    public string TopicName(int topic) => topics[topic];

    /// <summary>Records that were refused and have become dead letters.</summary>
    public int Refused { get; private set; }

    /// <summary>Adds a record of no single source record, whose slices are in <see cref="Bytes"/>. Kafka has no times before 1970: they become that.</summary>
    public void Add(string topic, int partition, long timestamp, ByteSlice key, ByteSlice value, ByteSlice headers = default) =>
        Add(topic, partition, timestamp, key, value, headers, OutputOrigin.None);

    /// <summary>Adds a record whose slices are in <see cref="Bytes"/>.</summary>
    public void Add(string topic, int partition, long timestamp, ByteSlice key, ByteSlice value, ByteSlice headers, OutputOrigin origin) =>
        records.Add(new OutputRecord(TopicIndex(topic), partition, Math.Max(0, timestamp), key, value, headers, origin));

    /// <summary>Puts a dead letter, or one that is cut, in a record's place.</summary>
    public void Replace(int record, string topic, long timestamp, ByteSlice key, ByteSlice value, ByteSlice headers)
    {
        if (TopicName(records[record].Topic) != topic) Refused++;
        records[record] = new OutputRecord(TopicIndex(topic), -1, timestamp, key, value, headers, records[record].Origin);
    }

    /// <summary>Puts two records in a record's place, with the same target.</summary>
    public void Split(int record, (long Timestamp, ByteSlice Value) first, (long Timestamp, ByteSlice Value) second)
    {
        var whole = records[record];
        records[record] = whole with { Timestamp = Math.Max(0, first.Timestamp), Value = first.Value };
        records.Insert(record + 1, whole with { Timestamp = Math.Max(0, second.Timestamp), Value = second.Value });
    }

    /// <summary>Forgets all records; the memory stays.</summary>
    public void Clear()
    {
        records.Clear();
        Bytes.Clear();
        Refused = 0;
    }

    private int TopicIndex(string topic)
    {
        for (var i = 0; i < topics.Count; i++)
            if (ReferenceEquals(topics[i], topic)) return i;
        var at = topics.IndexOf(topic);
        if (at >= 0) return at;
        topics.Add(topic);
        return topics.Count - 1;
    }
}

/// <summary>
/// Record headers as bytes: per header the name's length (4 bytes, little endian) and UTF-8, then the value's length (-1 for null) and bytes.
/// </summary>
public static class HeaderCodec
{
    /// <summary>Appends one header.</summary>
    public static void Append(ByteArena arena, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull = false)
    {
        AppendPart(arena, name, false);
        AppendPart(arena, value, isNull);
    }

    /// <summary>Takes the first header off <paramref name="headers"/>. False at the end.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool isNull)
    {
        name = value = default;
        isNull = false;
        if (headers.IsEmpty) return false;
        name = TakePart(ref headers, out _);
        value = TakePart(ref headers, out isNull);
        return true;
    }

    private static void AppendPart(ByteArena arena, ReadOnlySpan<byte> part, bool isNull)
    {
        BinaryPrimitives.WriteInt32LittleEndian(arena.Reserve(4), isNull ? -1 : part.Length);
        arena.Take(4);
        if (!isNull) arena.Append(part);
    }

    private static ReadOnlySpan<byte> TakePart(scoped ref ReadOnlySpan<byte> headers, out bool isNull)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(headers);
        isNull = length < 0;
        var part = headers.Slice(4, Math.Max(0, length));
        headers = headers[(4 + part.Length)..];
        return part;
    }
}
