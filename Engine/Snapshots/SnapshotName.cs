using System.Globalization;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Snapshots;

/// <summary>
/// Names of snapshot blobs: <c>job/stage-partition/sequence-activation</c>, the sequence in twelve digits. The activation is the beginning of the owner's id, so a stale
/// owner never writes over a newer one's snapshot.
/// </summary>
public static class SnapshotName
{
    /// <summary>The name of one snapshot.</summary>
    public static string Of(string job, ProcessorId processor, long sequence, Guid owner) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(job, processor)}{sequence:D12}-{Activation(owner)}");

    /// <summary>Whether this owner wrote the snapshot.</summary>
    public static bool IsBy(string name, Guid owner) => name.EndsWith($"-{Activation(owner)}", StringComparison.Ordinal);

    /// <summary>What the names of all snapshots of a processor begin with.</summary>
    public static string Prefix(string job, ProcessorId processor) => $"{job}/{processor}/";

    /// <summary>The commit that a name belongs to; false for other names.</summary>
    public static bool TrySequence(string name, out long sequence)
    {
        var last = name.AsSpan(name.LastIndexOf('/') + 1);
        sequence = 0;
        return last.IndexOf('-') is > 0 and var end && long.TryParse(last[..end], NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }

    private static string Activation(Guid owner) => owner.ToString("N")[..8];
}
