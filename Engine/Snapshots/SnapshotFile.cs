using System.Buffers.Binary;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Snapshots;

/// <summary>What a snapshot is of.</summary>
/// <param name="Fingerprint">The job's state fingerprint.</param>
/// <param name="Processor">Whose state.</param>
/// <param name="Sequence">The commit that it belongs to: state after that interval.</param>
/// <param name="Position">Offset of the next record.</param>
public sealed record SnapshotHeader(UInt128 Fingerprint, ProcessorId Processor, long Sequence, long Position);

/// <summary>
/// The bytes of a snapshot. Kept in step with docs/formats.md and the golden bytes in its test.
/// <code>
/// 0   8   "SGSTATE" and version 4
/// 8  16   fingerprint
/// 24  4   stage
/// 28  4   partition
/// 32  8   sequence
/// 40  8   position
/// 48      the reader's part, then a frame (StateFrame) of each step that keeps state, in step order
/// end 4   CRC-32C of everything before
/// </code>
/// Numbers are little endian.
/// </summary>
public static class SnapshotFile
{
    /// <summary>The version that is written.</summary>
    public const byte Version = 4;

    private const int HeaderBytes = 48, ChecksumBytes = 4;

    private static ReadOnlySpan<byte> Magic => "SGSTATE"u8;

    public static void Write(SnapshotHeader header, SnapshotWriter writer, Action<SnapshotWriter> content)
    {
        writer.WriteBytes(Magic);
        writer.WriteByte(Version);
        Span<byte> fingerprint = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(fingerprint, header.Fingerprint);
        writer.WriteBytes(fingerprint);
        writer.WriteInt32(header.Processor.Stage);
        writer.WriteInt32(header.Processor.Partition);
        writer.WriteInt64(header.Sequence);
        writer.WriteInt64(header.Position);
        content(writer);
        writer.WriteInt32((int)writer.Checksum);
    }

    public static SnapshotHeader Read(Stream stream, long length, UInt128 fingerprint, ProcessorId processor, Action<SnapshotReader> content)
    {
        Verify(stream, length);
        var reader = new SnapshotReader(stream, length);
        Span<byte> bytes = stackalloc byte[16];
        reader.ReadBytes(bytes[..7]);
        if (!bytes[..7].SequenceEqual(Magic)) throw new SnapshotDamaged("is not a snapshot");
        if (reader.ReadByte() is var version && version != Version) throw new SnapshotDamaged($"has format version {version}; this program reads version {Version}");
        reader.ReadBytes(bytes);
        var header = new SnapshotHeader(
            BinaryPrimitives.ReadUInt128LittleEndian(bytes), new ProcessorId(reader.ReadInt32(), reader.ReadInt32()), reader.ReadInt64(), reader.ReadInt64());
        if (header.Fingerprint != fingerprint) throw new SnapshotDamaged("belongs to another version of the job");
        if (header.Processor != processor) throw new SnapshotDamaged($"belongs to processor {header.Processor}, not {processor}");
        content(reader);
        if (length - ChecksumBytes != reader.Consumed) throw new SnapshotDamaged("holds more than its operators know");
        return header;
    }

    /// <summary>
    /// Copies a snapshot under another sequence and position: the same state, in another journal. Throws <see cref="SnapshotDamaged"/> for one that cannot be used.
    /// </summary>
    public static void Copy(Stream from, long length, long sequence, long position, Stream to)
    {
        Verify(from, length);
        Span<byte> header = stackalloc byte[HeaderBytes];
        var reader = new SnapshotReader(from, length);
        reader.ReadBytes(header);
        if (!header[..7].SequenceEqual(Magic)) throw new SnapshotDamaged("is not a snapshot");
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], position);
        var writer = new SnapshotWriter(to);
        writer.WriteBytes(header);
        var buffer = new byte[64 * 1024];
        for (var left = length - HeaderBytes - ChecksumBytes; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            reader.ReadBytes(part);
            writer.WriteBytes(part);
            left -= part.Length;
        }
        writer.WriteInt32((int)writer.Checksum);
    }

    /// <summary>Checks the whole before any of it becomes state.</summary>
    private static void Verify(Stream stream, long length)
    {
        var reader = new SnapshotReader(stream, length);
        var buffer = new byte[Math.Clamp(length, 0, 64 * 1024)];
        for (var left = length - ChecksumBytes; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            reader.ReadBytes(part);
            left -= part.Length;
        }
        var expected = reader.Checksum;
        if ((uint)reader.ReadInt32() != expected) throw new SnapshotDamaged("does not match its checksum");
        stream.Seek(-length, SeekOrigin.Current);
    }
}
