using System.Buffers.Binary;
using System.Numerics;

namespace StreamGrains.Engine.Snapshots;

/// <summary>
/// Writes a snapshot's bytes to a stream and keeps their CRC-32C. Numbers are little endian. Owner: the snapshot writer's thread.
/// </summary>
public sealed class SnapshotWriter(Stream stream)
{
    private uint crc = ~0u;

    public long Written { get; private set; }

    /// <summary>CRC-32C of everything written so far.</summary>
    public uint Checksum => ~crc;

    public void WriteByte(byte value) => WriteBytes([value]);

    public void WriteInt32(int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        WriteBytes(bytes);
    }

    public void WriteInt64(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        WriteBytes(bytes);
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        crc = Crc32C.Append(crc, bytes);
        stream.Write(bytes);
        Written += bytes.Length;
    }
}

/// <summary>CRC-32C (Castagnoli, RFC 3720) in the form that can be continued: starts from and is kept as the inverted value.</summary>
public static class Crc32C
{
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return crc;
    }

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(~0u, bytes);
}
