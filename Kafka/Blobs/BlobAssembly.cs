using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Kafka.Blobs;

/// <summary>Puts a blob together from the records of the chunk partition, and believes none of them. Owner: one reading.</summary>
internal sealed class BlobAssembly(BlobManifest manifest)
{
    private readonly byte[] bytes = new byte[manifest.Length];
    private byte[] wanted = BlobFormat.ChunkKey(manifest.Write, 0);
    private int taken;

    /// <summary>Takes a record, which may belong to another write; false when no more is wanted.</summary>
    public bool Take(byte[]? key, byte[]? value)
    {
        if (!wanted.AsSpan().SequenceEqual(key)) return true;
        var at = (long)taken * BlobFormat.ChunkBytes;
        // Of another size, or deleted: the blob stays incomplete.
        if (value is null || value.Length != Math.Min(BlobFormat.ChunkBytes, manifest.Length - at)) return false;
        value.CopyTo(bytes, at);
        wanted = BlobFormat.ChunkKey(manifest.Write, ++taken);
        return taken < manifest.Chunks;
    }

    /// <summary>The blob, or null with what is wrong.</summary>
    public byte[]? Finish(out string lost)
    {
        lost = taken < manifest.Chunks ? $"lacks chunk {taken + 1} of {manifest.Chunks}" : Crc32C.Of(bytes) != manifest.Checksum ? "does not match its checksum" : "";
        return lost.Length == 0 ? bytes : null;
    }
}
