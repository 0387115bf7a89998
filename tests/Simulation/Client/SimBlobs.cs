using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Client;

/// <summary>One snapshot as it lies on the disk that all processes share.</summary>
internal sealed class Blob
{
    public Blob(byte[] written, long at)
    {
        Written = written;
        Content = written;
        Length = written.Length;
        DurableAt = at;
    }

    /// <summary>What was written.</summary>
    public byte[] Written { get; }

    /// <summary>Scheduler step at which it was durable.</summary>
    public long DurableAt { get; }

    /// <summary>What a reader gets; null when it is gone although nobody removed it.</summary>
    public byte[]? Content { get; set; }

    /// <summary>Length that a reader is told.</summary>
    public long Length { get; set; }

    public bool Damaged { get; set; }

    /// <summary>Scheduler step at which a process removed it.</summary>
    public long? RemovedAt { get; set; }
}

/// <summary>The disk: blobs by name, and every one that was ever durable for the oracles.</summary>
internal sealed class BlobDisk
{
    private readonly SortedDictionary<string, Blob> blobs = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Blob> Blobs => blobs;

    public Dictionary<string, Blob> EverDurable { get; } = [];

    /// <summary>For content on its way to the disk.</summary>
    public MemoryStream Scratch { get; } = new(16 * 1024);

    public void Put(string name, Blob blob)
    {
        blobs[name] = blob;
        EverDurable.TryAdd(name, blob);
    }

    public void Remove(string name, long at)
    {
        if (blobs.Remove(name, out var blob)) blob.RemovedAt = at;
    }
}

/// <summary>The disk as one process uses it. Content is asked for some time after the write was: by then the state it belongs to has gone on.</summary>
internal sealed class SimBlobs(Actor process, string who, BlobDisk disk, Network network, Action crash) : IBlobStore
{
    public async ValueTask Write(string name, Action<Stream> content)
    {
        await MayNeverEnd(name);
        await Wait();
        var stream = disk.Scratch;
        stream.SetLength(0);
        content(stream);
        var bytes = stream.ToArray();
        if (network.Faults.Strike(Fault.DiskFull))
        {
            network.Trace.Say(who, $"blob {name}: the disk is full");
            throw new IOException("No space left on device");
        }
        await Wait();
        disk.Put(name, new Blob(bytes, network.Scheduler.Steps));
        network.Trace.Say(who, $"blob {name} is durable, {bytes.Length} bytes");
        if (network.Faults.Strike(Fault.CrashAfterBlob)) crash();
        await MayNeverEnd(name);
        await Wait();
    }

    public async ValueTask<Stream?> Open(string name)
    {
        await MayNeverEnd(name);
        await Wait();
        if (network.Faults.Strike(Fault.DiskAway)) throw new IOException("Stale file handle");
        return disk.Blobs.TryGetValue(name, out var blob) && blob.Content is { } bytes ? new ShortStream(bytes, blob.Length) : null;
    }

    public async ValueTask<IReadOnlyList<string>> List(string prefix)
    {
        await MayNeverEnd(prefix);
        await Wait();
        if (network.Faults.Strike(Fault.DiskBusy)) throw new IOException("Input/output error");
        return [.. disk.Blobs.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))];
    }

    public async ValueTask Delete(string name)
    {
        await MayNeverEnd(name);
        await Wait();
        if (network.Faults.Strike(Fault.DiskBusy)) throw new UnauthorizedAccessException("Permission denied");
        disk.Remove(name, network.Scheduler.Steps);
        network.Trace.Say(who, $"blob {name} removed");
    }

    private Promise<bool> MayNeverEnd(string name)
    {
        var promise = new Promise<bool>();
        if (!network.Faults.Strike(Fault.DiskUnanswered)) promise.Complete(true);
        else network.Trace.Say(who, $"a call for blob {name} never ends");
        return promise;
    }

    private Promise<bool> Wait() => network.Scheduler.Delay(network.Rng.Range(100, network.Rng.Next(10) == 0 ? 60_000 : 3_000), process);

    /// <summary>A file whose length may say more than it holds, as after a torn write.</summary>
    private sealed class ShortStream(byte[] bytes, long length) : MemoryStream(bytes)
    {
        public override long Length => length;

        public override long Seek(long offset, SeekOrigin loc)
        {
            if (loc == SeekOrigin.Current) return base.Seek(Position + offset, SeekOrigin.Begin);
            return base.Seek(offset, loc);
        }
    }
}
