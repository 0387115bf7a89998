using System.Collections.Concurrent;

namespace StreamGrains.Runtime.Workers;

/// <summary>What failed and is tried again.</summary>
public enum FailedThing
{
    /// <summary>An attempt to commit.</summary>
    Commit,

    /// <summary>Writing a snapshot.</summary>
    Snapshot,
}

/// <summary>How often each thing failed in this process, by reason. Any thread; counts only grow.</summary>
public sealed class FailureCounts
{
    private readonly ConcurrentDictionary<(FailedThing What, string Reason), long> counts = new();

    /// <summary>It failed once more.</summary>
    public void Add(FailedThing what, string reason) => counts.AddOrUpdate((what, reason), 1, (_, n) => n + 1);

    /// <summary>The counts of one thing by reason.</summary>
    public IEnumerable<(string Reason, long Count)> Of(FailedThing what) => counts.Where(c => c.Key.What == what).Select(c => (c.Key.Reason, c.Value));

    /// <summary>The kind of a failure of storage, one word of a few.</summary>
    public static string KindOf(Exception failure) => failure switch
    {
        IOException full when IsFull(full) => "NoSpace",
        UnauthorizedAccessException => "Denied",
        TimeoutException => "TimedOut",
        IOException => "Io",
        _ => "Other",
    };

    /// <summary>Whether a disk, or what a user may have of it, is full.</summary>
    public static bool IsFull(IOException failure) => failure.HResult is 28 or 122 or unchecked((int)0x80070070) || failure.Message.Contains("No space left on device", StringComparison.OrdinalIgnoreCase);
}
