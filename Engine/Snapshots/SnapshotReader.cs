using System.Buffers.Binary;

namespace StreamGrains.Engine.Snapshots;

/// <summary>A snapshot that cannot be used: torn, altered, or of another version. Recovery: the snapshot before it, or replay from the beginning.</summary>
public sealed class SnapshotDamaged(string message) : Exception(message);

/// <summary>
/// Reads what <see cref="SnapshotWriter"/> wrote. Everything it meets outside the format is a <see cref="SnapshotDamaged"/>.
/// Counts are checked against what can be there before memory is taken for them.
/// </summary>
public sealed class SnapshotReader(Stream stream, long length)
{
    private uint crc = ~0u;
    private long read;

    /// <summary>CRC-32C of everything read so far.</summary>
    public uint Checksum => ~crc;

    /// <summary>Bytes read so far.</summary>
    public long Consumed => read;

    public byte ReadByte()
    {
        Span<byte> bytes = stackalloc byte[1];
        ReadBytes(bytes);
        return bytes[0];
    }

    public int ReadInt32()
    {
        Span<byte> bytes = stackalloc byte[4];
        ReadBytes(bytes);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    public long ReadInt64()
    {
        Span<byte> bytes = stackalloc byte[8];
        ReadBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>A count that must equal <paramref name="expected"/>.</summary>
    public int ReadCount(long expected, string what)
    {
        var count = ReadInt32();
        if (count != expected || count < 0) throw new SnapshotDamaged($"{count} {what} where {expected} belong");
        CheckRoom(count, what);
        return count;
    }

    /// <summary>Refuses a size that the rest of the snapshot cannot hold, before memory is taken for it.</summary>
    public void CheckRoom(long size, string what)
    {
        if (size < 0 || size > length - read) throw new SnapshotDamaged($"{size} {what} do not fit into the {length - read} bytes that are left");
    }

    public void ReadBytes(Span<byte> bytes)
    {
        if (bytes.Length > length - read) throw new SnapshotDamaged($"ends after {length} bytes, in the middle of its content");
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException)
        {
            throw new SnapshotDamaged($"ends after {read} bytes, in the middle of its content");
        }
        read += bytes.Length;
        crc = Crc32C.Append(crc, bytes);
    }
}
