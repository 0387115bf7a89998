namespace StreamGrains.Engine.Commit;

/// <summary>Steps of a recovery, in this order; replay comes after them.</summary>
public enum RecoveryStep
{
    /// <summary>Everybody else is shut out.</summary>
    Fenced,

    /// <summary>The journal is read and agrees with the group's offsets.</summary>
    JournalRead,

    /// <summary>State is what the newest usable snapshots hold.</summary>
    Loaded,
}

/// <summary>What a recovery had to do.</summary>
/// <param name="SnapshotBytes">Bytes of snapshots that were loaded.</param>
/// <param name="ReplayOffsets">Offsets between snapshots and the last commit, over all of the slot's partitions.</param>
/// <param name="Warm">Its state was kept warm here, and no snapshot was needed.</param>
public sealed record RecoveryWork(long SnapshotBytes, long ReplayOffsets, bool Warm);
