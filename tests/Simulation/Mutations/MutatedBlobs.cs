using System.Buffers.Binary;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Simulation.Jobs;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Mutations;

/// <summary>Blob stores that are broken on purpose.</summary>
internal static class MutatedBlobs
{
    private const int Header = 48, Checksum = 4;

    public static IBlobStore Wrap(SimWorld world, IBlobStore blobs) => world.Mutation switch
    {
        Mutation.SnapshotNamedEarly => new WriteBehind(blobs),
        Mutation.ChecksumIgnored => new Altered(blobs, bytes => bytes),
        Mutation.StateLostOnRestore => new Altered(blobs, bytes => WithoutState(world, bytes)),
        _ => blobs,
    };

    /// <summary>The snapshot with its header and the reader's part, and what an operator has that never saw a row.</summary>
    private static byte[] WithoutState(SimWorld world, byte[] bytes)
    {
        var (stage, partition) = (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24)), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(28)));
        using var fresh = new PartitionProcessor(world.Plan, world.Plan.Stages[stage], partition, new ProcessorSetup(world.InputPartitions, (_, _, _) => new FakeScorer()), new OutputBuffer());
        var image = fresh.Share(0);
        using var stream = new MemoryStream();
        image.WriteTo(stream);
        image.Release();
        var reader = Header + 16 + (stage == 0 ? 16 : 4 + 8 * world.InputPartitions[0]);
        return [.. bytes.AsSpan(0, reader), .. stream.ToArray().AsSpan(reader)];
    }

    /// <summary>Alters what is read, and gives it the checksum that fits.</summary>
    private sealed class Altered(IBlobStore blobs, Func<byte[], byte[]> alter) : IBlobStore
    {
        public ValueTask Write(string name, Action<Stream> content) => blobs.Write(name, content);

        public async ValueTask<Stream?> Open(string name)
        {
            if (await blobs.Open(name) is not { } stream) return null;
            await using var whole = stream;
            var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            if (bytes.Length < Header + Checksum) return new MemoryStream(bytes.ToArray());
            var altered = alter(bytes.ToArray());
            BinaryPrimitives.WriteUInt32LittleEndian(altered.AsSpan(altered.Length - Checksum), Crc32C.Of(altered.AsSpan(0, altered.Length - Checksum)));
            return new MemoryStream(altered);
        }

        public ValueTask<IReadOnlyList<string>> List(string prefix) => blobs.List(prefix);

        public ValueTask Delete(string name) => blobs.Delete(name);
    }

    /// <summary>Says that a blob is durable when writing has only begun.</summary>
    private sealed class WriteBehind(IBlobStore blobs) : IBlobStore
    {
        public ValueTask Write(string name, Action<Stream> content)
        {
            var bytes = new MemoryStream();
            content(bytes);
            _ = Later();
            return ValueTask.CompletedTask;

            async Task Later()
            {
                try
                {
                    await blobs.Write(name, stream => stream.Write(bytes.ToArray()));
                }
                catch (IOException)
                {
                    // Nobody is left to be told.
                }
            }
        }

        public ValueTask<Stream?> Open(string name) => blobs.Open(name);

        public ValueTask<IReadOnlyList<string>> List(string prefix) => blobs.List(prefix);

        public ValueTask Delete(string name) => blobs.Delete(name);
    }
}
