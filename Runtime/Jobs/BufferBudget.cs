namespace StreamGrains.Runtime.Jobs;

/// <summary>
/// Bound of the bytes that wait in a process: records that were fetched and not taken, and results that are not committed. Above it lanes fetch only what nothing gets on without, and slots
/// commit as soon as they have something. So it costs speed and stops nothing; one record and one step of each partition may go beyond it. State is not in it.
/// Owner: the process; its lanes report from their threads.
/// </summary>
/// <param name="bytes">The bound.</param>
public sealed class BufferBudget(long bytes)
{
    /// <summary>The bound where nothing else is said: a quarter of the memory that the process may have (of its container, of its heap's limit, of the machine), at least 64 MB.</summary>
    public static long DefaultBytes => Math.Max(64_000_000, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);

    private long used;
    private volatile bool tight;

    /// <summary>The bound in bytes.</summary>
    public long Bytes => bytes;

    /// <summary>Bytes that wait now, as the lanes last told.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Whether the bound is exceeded, or has been and more than three quarters of it are still in use.</summary>
    public bool Tight => tight;

    /// <summary>A lane has so many bytes more than it last told, or fewer.</summary>
    internal void Change(long by)
    {
        var now = Interlocked.Add(ref used, by);
        tight = now > bytes || (tight && now > bytes / 4 * 3);
    }
}
