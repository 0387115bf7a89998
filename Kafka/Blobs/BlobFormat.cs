using System.Buffers.Binary;
using System.Text;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Kafka.Blobs;

/// <summary>What makes a blob exist: which write it is of and where its bytes are.</summary>
/// <param name="Write">Id of the write, part of the keys of its chunks: no two writes share one.</param>
/// <param name="Length">Bytes of the blob.</param>
/// <param name="Chunks">Number of chunks, each of <see cref="BlobFormat.ChunkBytes"/> but the last.</param>
/// <param name="Checksum">CRC-32C of all bytes.</param>
/// <param name="First">Offset of the first chunk; 0 without chunks.</param>
/// <param name="Last">Offset of the last chunk; 0 without chunks.</param>
internal sealed record BlobManifest(Guid Write, long Length, int Chunks, uint Checksum, long First, long Last);

/// <summary>
/// Keys and values of the snapshot topic, as docs/formats.md draws them. Numbers are little endian, ids in RFC 9562 byte order, checksums CRC-32C.
/// </summary>
internal static class BlobFormat
{
    /// <summary>Partition that says which blobs there are.</summary>
    public const int IndexPartition = 0;

    /// <summary>Partition with their chunks.</summary>
    public const int ChunkPartition = 1;

    /// <summary>Bytes of a chunk: with its key and its batch, below the record size that brokers take by default.</summary>
    public const int ChunkBytes = 512 << 10;

    private const byte BlobMark = (byte)'B', WriteMark = (byte)'W', ChunkMark = (byte)'C', Version = 1;
    private const int IdBytes = 16, ManifestBytes = 2 + IdBytes + 8 + 4 + 4 + 8 + 8 + 4, AnnouncementBytes = 2 + 4 + 4;

    public static byte[] BlobKey(string name) => [BlobMark, .. Encoding.UTF8.GetBytes(name)];

    public static byte[] WriteKey(Guid write) => [WriteMark, .. write.ToByteArray(bigEndian: true)];

    public static byte[] ChunkKey(Guid write, int number)
    {
        byte[] key = [ChunkMark, .. write.ToByteArray(bigEndian: true), 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(1 + IdBytes), number);
        return key;
    }

    /// <summary>The blob that a key of the index partition names; false for other keys.</summary>
    public static bool TryName(ReadOnlySpan<byte> key, out string name)
    {
        var matches = key.Length > 1 && key[0] == BlobMark;
        name = matches ? Encoding.UTF8.GetString(key[1..]) : "";
        return matches;
    }

    /// <summary>The write that a key of the index partition announces; false for other keys.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> key, out Guid write)
    {
        var matches = key.Length == 1 + IdBytes && key[0] == WriteMark;
        write = matches ? new Guid(key[1..], bigEndian: true) : default;
        return matches;
    }

    public static byte[] Encode(BlobManifest manifest)
    {
        var bytes = new byte[ManifestBytes];
        var rest = Begin(bytes, BlobMark);
        manifest.Write.TryWriteBytes(rest, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(rest[16..], manifest.Length);
        BinaryPrimitives.WriteInt32LittleEndian(rest[24..], manifest.Chunks);
        BinaryPrimitives.WriteUInt32LittleEndian(rest[28..], manifest.Checksum);
        BinaryPrimitives.WriteInt64LittleEndian(rest[32..], manifest.First);
        BinaryPrimitives.WriteInt64LittleEndian(rest[40..], manifest.Last);
        return End(bytes);
    }

    /// <summary>False for bytes that are torn, altered, of a later version, or whose numbers do not fit together.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out BlobManifest? manifest)
    {
        manifest = null;
        if (!Check(bytes, BlobMark, ManifestBytes)) return false;
        var rest = bytes[2..];
        var read = new BlobManifest(
            new Guid(rest[..IdBytes], bigEndian: true), BinaryPrimitives.ReadInt64LittleEndian(rest[16..]), BinaryPrimitives.ReadInt32LittleEndian(rest[24..]),
            BinaryPrimitives.ReadUInt32LittleEndian(rest[28..]), BinaryPrimitives.ReadInt64LittleEndian(rest[32..]), BinaryPrimitives.ReadInt64LittleEndian(rest[40..]));
        if (read.Length is < 0 or > int.MaxValue || read.Chunks != ChunksOf(read.Length) || read.First < 0 || read.Last < read.First + Math.Max(0, read.Chunks - 1)) return false;
        manifest = read;
        return true;
    }

    /// <summary>Says of a write how many chunks it may have left: they belong to nobody unless a manifest names the write.</summary>
    public static byte[] EncodeAnnouncement(int chunks)
    {
        var bytes = new byte[AnnouncementBytes];
        BinaryPrimitives.WriteInt32LittleEndian(Begin(bytes, WriteMark), chunks);
        return End(bytes);
    }

    /// <summary>False for bytes that cannot be trusted.</summary>
    public static bool TryDecodeAnnouncement(ReadOnlySpan<byte> bytes, out int chunks)
    {
        chunks = 0;
        if (!Check(bytes, WriteMark, AnnouncementBytes)) return false;
        chunks = BinaryPrimitives.ReadInt32LittleEndian(bytes[2..]);
        return chunks >= 0 && chunks <= ChunksOf(int.MaxValue);
    }

    /// <summary>Chunks of a blob.</summary>
    public static int ChunksOf(long length) => (int)((length + ChunkBytes - 1) / ChunkBytes);

    private static Span<byte> Begin(byte[] bytes, byte mark)
    {
        (bytes[0], bytes[1]) = (mark, Version);
        return bytes.AsSpan(2);
    }

    private static byte[] End(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }

    private static bool Check(ReadOnlySpan<byte> bytes, byte mark, int length) =>
        bytes.Length == length && bytes[0] == mark && bytes[1] == Version && BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) == Crc32C.Of(bytes[..^4]);
}
