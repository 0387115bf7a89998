namespace StreamGrains.Kafka.Blobs;

/// <summary>
/// Which blobs the records of the index partition, taken in order, leave. A pure fold; owner: one <see cref="KafkaBlobStore"/>, under its lock.
/// </summary>
internal sealed class BlobIndex
{
    private readonly SortedDictionary<string, BlobManifest?> blobs = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Announcement> announced = [];

    /// <summary>Offset of the next record to take; null before the first reading.</summary>
    public long? Next { get; set; }

    /// <summary>Names of all blobs, in order.</summary>
    public IEnumerable<string> Names => blobs.Keys;

    /// <summary>Whether there is a blob; its manifest is null when that cannot be read.</summary>
    public bool TryFind(string name, out BlobManifest? manifest) => blobs.TryGetValue(name, out manifest);

    /// <summary>Takes a record; without a value it removes what its key names. Records of other kinds, which a later version may write, are passed over.</summary>
    public void Apply(ReadOnlySpan<byte> key, byte[]? value, long time)
    {
        if (BlobFormat.TryName(key, out var name))
        {
            if (value is null) blobs.Remove(name);
            else blobs[name] = BlobFormat.TryDecode(value, out var manifest) ? manifest : null;
        }
        else if (BlobFormat.TryWrite(key, out var write))
        {
            if (value is null) announced.Remove(write);
            else if (BlobFormat.TryDecodeAnnouncement(value, out var chunks)) announced[write] = new Announcement(write, chunks, time);
        }
    }

    /// <summary>Writes and removals that were begun before a time and never finished: their processes ended on the way.</summary>
    public IReadOnlyList<Announcement> Abandoned(long before)
    {
        var old = announced.Values.Where(a => a.Time < before).ToList();
        if (old.Count == 0) return old;
        var named = blobs.Values.OfType<BlobManifest>().Select(m => m.Write).ToHashSet();
        // A write that a manifest names has only its last step left: nothing of it goes but the announcement.
        return [.. old.Select(a => named.Contains(a.Write) ? a with { Chunks = 0 } : a)];
    }

    /// <summary>Forgets everything, to be read anew.</summary>
    public void Clear()
    {
        blobs.Clear();
        announced.Clear();
        Next = null;
    }

    /// <summary>A write that may have left chunks.</summary>
    /// <param name="Write">Its id.</param>
    /// <param name="Chunks">Chunks that may be there.</param>
    /// <param name="Time">When it was announced, milliseconds since the epoch.</param>
    internal readonly record struct Announcement(Guid Write, int Chunks, long Time);
}
