using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Kafka.Blobs;

/// <summary>
/// Blobs as chunks in the topic <c>JOB.snapshots</c> of the job's own cluster: for small state, and no further system. A blob exists once its manifest is in the index partition, which
/// is written when all of its chunks are acknowledged. Chunks have keys of their write alone, so no other write, compaction or deletion touches those of a blob that is there.
/// Every call reads the index on from where it last was, and so sees what other processes have written. The topic must be there. Any thread.
/// </summary>
/// <remarks>
/// A write and a removal are announced before their first chunk is touched, and that is taken back when they are done. What is announced for an hour was left by a process that ended
/// on the way, and the next write of any process removes it; a write that takes half of that gives up.
/// </remarks>
public sealed class KafkaBlobStore : IBlobStore, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), AbandonedAfter = TimeSpan.FromHours(1);

    private readonly string topic;
    private readonly KafkaSettings settings;
    private readonly long maxBytes;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly BlobTopicWriter writer;
    private readonly Lock gate = new();
    private readonly BlobIndex index = new();
    private BlobTopicReader? indexReader;

    /// <summary>A store for the snapshots of one job; it connects with the first call.</summary>
    /// <param name="job">Name of the job.</param>
    /// <param name="settings">How to connect.</param>
    /// <param name="maxBytes">Largest blob in bytes: it passes through memory.</param>
    public KafkaBlobStore(string job, KafkaSettings settings, long maxBytes)
        : this(job, settings, maxBytes, Patience, TimeProvider.System)
    {
    }

    internal KafkaBlobStore(string job, KafkaSettings settings, long maxBytes, TimeSpan patience, TimeProvider time)
    {
        topic = TopicNeeds.SnapshotTopic(job);
        (this.settings, this.maxBytes, this.patience, this.time) = (settings, maxBytes, patience, time);
        writer = new BlobTopicWriter(settings, topic, patience);
    }

    /// <inheritdoc/>
    public async ValueTask Write(string name, Action<Stream> content)
    {
        if (name.Length == 0) throw new ArgumentException("a blob has a name", nameof(name));
        using var blob = new ChunkedBlob(maxBytes, () => TooLarge(name));
        content(blob);
        await Guard("write", name, () => Store(name, blob)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<Stream?> Open(string name) => await Guard("read", name, () =>
    {
        for (BlobManifest? before = null; ;)
        {
            if (!Look(() => index.TryFind(name, out var m) ? (m, true) : (m, false), out var manifest)) return Task.FromResult<Stream?>(null);
            if (manifest is null) throw new SnapshotDamaged("has a manifest that cannot be read");
            if (Read(manifest, out var lost) is { } bytes) return Task.FromResult<Stream?>(new MemoryStream(bytes, writable: false));
            // Deleted or written again meanwhile, or truly damaged: the index tells, read anew when it does not.
            if (before == manifest) throw new SnapshotDamaged($"{lost} in topic '{topic}'");
            if (before is null) Forget();
            before = manifest;
        }
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> List(string prefix) => await Guard("list", prefix, () =>
    {
        Look(() => ((IReadOnlyList<string>)[.. index.Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))], true), out var names);
        return Task.FromResult(names);
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask Delete(string name) => await Guard("delete", name, async () =>
    {
        if (!Look(() => index.TryFind(name, out var m) ? (m, true) : (m, false), out var manifest)) return true;
        // A manifest that cannot be read names no chunks to remove.
        (byte[], byte[]?)[] announcement = manifest is null ? [] : [Announcement(manifest.Write, manifest.Chunks)];
        await writer.Send(BlobFormat.IndexPartition, [.. announcement, (BlobFormat.BlobKey(name), null)]).ConfigureAwait(false);
        if (manifest is not null) await Remove(manifest.Write, manifest.Chunks).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        lock (gate) indexReader?.Dispose();
    }

    private async Task<bool> Store(string name, ChunkedBlob blob)
    {
        var begun = Stopwatch.GetTimestamp();
        var write = Guid.NewGuid();
        var chunks = blob.Chunks();
        Look(() => (index.TryFind(name, out var m) ? m : null, true), out var before);
        await Sweep().ConfigureAwait(false);
        await writer.Send(BlobFormat.IndexPartition, [Announcement(write, chunks.Count)]).ConfigureAwait(false);
        var (first, last) = await writer.Send(BlobFormat.ChunkPartition, chunks.Select((chunk, number) => (BlobFormat.ChunkKey(write, number), (byte[]?)chunk))).ConfigureAwait(false);
        if (Stopwatch.GetElapsedTime(begun) > AbandonedAfter / 2) throw new TimeoutException("it took so long that its chunks may be gone");
        var manifest = new BlobManifest(write, blob.Length, chunks.Count, blob.Checksum, first, last);
        (byte[], byte[]?)[] replaced = before is null ? [] : [Announcement(before.Write, before.Chunks)];
        await writer.Send(BlobFormat.IndexPartition, [.. replaced, (BlobFormat.BlobKey(name), BlobFormat.Encode(manifest))]).ConfigureAwait(false);
        try
        {
            await Remove(write, 0).ConfigureAwait(false);
            if (before is not null) await Remove(before.Write, before.Chunks).ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            // The blob is there; what is announced is swept later.
        }
        return true;
    }

    /// <summary>Removes the chunks of a write, and then what announces it.</summary>
    private async Task Remove(Guid write, int chunks)
    {
        await writer.Send(BlobFormat.ChunkPartition, Enumerable.Range(0, chunks).Select(number => (BlobFormat.ChunkKey(write, number), (byte[]?)null))).ConfigureAwait(false);
        await writer.Send(BlobFormat.IndexPartition, [(BlobFormat.WriteKey(write), null)]).ConfigureAwait(false);
    }

    private async Task Sweep()
    {
        var before = (time.GetUtcNow() - AbandonedAfter).ToUnixTimeMilliseconds();
        IReadOnlyList<BlobIndex.Announcement> abandoned;
        lock (gate) abandoned = index.Abandoned(before);
        foreach (var one in abandoned) await Remove(one.Write, one.Chunks).ConfigureAwait(false);
    }

    private static (byte[] Key, byte[]? Value) Announcement(Guid write, int chunks) => (BlobFormat.WriteKey(write), BlobFormat.EncodeAnnouncement(chunks));

    /// <summary>Reads the index on to its present end and looks something up in it.</summary>
    private bool Look<T>(Func<(T Value, bool Found)> look, out T value)
    {
        lock (gate)
        {
            indexReader ??= new BlobTopicReader(settings, topic, patience);
            try
            {
                ReadOn(indexReader);
            }
            catch (KafkaException gone) when (KafkaErrors.IsGone(gone.Error.Code) && index.Next is not null)
            {
                // The topic was made anew.
                index.Clear();
                ReadOn(indexReader);
            }
            (value, var found) = look();
            return found;
        }
    }

    private void ReadOn(BlobTopicReader reader) => index.Next = reader.Read(BlobFormat.IndexPartition, index.Next is { } next ? new Offset(next) : Offset.Beginning, record =>
    {
        if (record.Message.Key is { } key) index.Apply(key, record.Message.Value, record.Message.Timestamp.UnixTimestampMs);
        index.Next = record.Offset.Value + 1;
        return true;
    });

    private void Forget()
    {
        lock (gate) index.Clear();
    }

    /// <summary>The bytes of a blob; null with what is lost of it.</summary>
    private byte[]? Read(BlobManifest manifest, out string lost)
    {
        var assembly = new BlobAssembly(manifest);
        if (manifest.Chunks > 0)
        {
            using var reader = new BlobTopicReader(settings, topic, patience);
            try
            {
                reader.Read(
                    BlobFormat.ChunkPartition, new Offset(manifest.First),
                    record => record.Offset.Value <= manifest.Last && assembly.Take(record.Message.Key, record.Message.Value));
            }
            catch (KafkaException gone) when (KafkaErrors.IsGone(gone.Error.Code))
            {
                // No chunk is left.
            }
        }
        return assembly.Finish(out lost);
    }

    private IOException TooLarge(string name) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"storage kafka: ({topic}): '{name}' is larger than {maxBytes / 1e6:0.###} MB, the most that goes into Kafka. Let more in (kafka:?max=256MB), "
        + $"or keep snapshots where large ones belong: s3://BUCKET/PREFIX, azure://CONTAINER/PREFIX or a directory that every process reaches."));

    private async Task<T> Guard<T>(string doing, string name, Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is KafkaException or TimeoutException)
        {
            var why = failure switch
            {
                KafkaException kafka when KafkaErrors.IsUnknownTopic(kafka.Error.Code) =>
                    "there is no such topic with two partitions: `streamgrains topics JOB.yaml --storage kafka: --create` makes it",
                KafkaException kafka => $"{kafka.Error.Reason} ({kafka.Error.Code})",
                _ => failure.Message,
            };
            throw new IOException($"storage kafka: ({topic} at {settings.Bootstrap}): cannot {doing} '{name}': {why}", failure);
        }
    }
}
