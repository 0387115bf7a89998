using StreamGrains.Engine.Plan;

namespace StreamGrains.Engine.Commit;

/// <summary>When to freeze, when to snapshot, when to hold back. Pure: facts and times in, a decision out. Times are milliseconds of any steady clock.</summary>
public static class CommitPolicy
{
    /// <summary>An open interval may hold this many times the records of a commit while the one before is on its way; then its slot takes no more.</summary>
    public const int IntervalsAhead = 4;

    /// <summary>and this many bytes of output, at which it is also closed.</summary>
    public const long MaxOpenBytes = 64 << 20;

    /// <summary>The same where memory is tight.</summary>
    public const long MaxOpenBytesTight = 1 << 20;

    /// <summary>Milliseconds after which a commit that is still on its way is told of; then again whenever that time has doubled.</summary>
    public const int SilenceMs = 5_000;

    /// <summary>Whether the open interval is to be closed now.</summary>
    public static bool CommitDue(JobPlan job, bool dirty, int records, long bytes, bool tight, long openedAt, long now) =>
        dirty && (records >= job.CommitRecords || now - openedAt >= job.CommitEveryMs || bytes >= MostOpenBytes(tight));

    /// <summary>Whether the slot must take no more records until its commit has landed.</summary>
    public static bool Full(JobPlan job, int records, long bytes, bool tight) => records >= (long)job.CommitRecords * IntervalsAhead || bytes >= MostOpenBytes(tight);

    /// <summary>
    /// Whether a commit should carry a snapshot, and be made for it if nothing else asks for one: a slot that fell quiet is not to be left with input to repeat, which retention may cut.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="writing">The snapshot before is still being written.</param>
    /// <param name="ahead">A recovery from the newest durable snapshot would have something to repeat.</param>
    /// <param name="records">Records taken since the last snapshot began.</param>
    /// <param name="lastAt">When that was.</param>
    /// <param name="now">The time.</param>
    public static bool SnapshotDue(JobPlan job, bool writing, bool ahead, long records, long lastAt, long now) =>
        !writing && ahead && (records >= job.SnapshotRecords || now - lastAt >= job.SnapshotEveryMs);

    /// <summary>Whether a slot that has nothing to commit commits all the same, so that the group's offsets do not expire (KIP-211: after seven days by default).</summary>
    public static bool RefreshDue(long committedAt, long refreshMs, long now) => now - committedAt >= refreshMs;

    private static long MostOpenBytes(bool tight) => tight ? MaxOpenBytesTight : MaxOpenBytes;

    /// <summary>Milliseconds to wait before attempt <paramref name="attempt"/> (from 1) of a commit: 50 ms, doubling, at most 5 s.</summary>
    public static int RetryDelay(int attempt) => Math.Min(5000, 50 << Math.Min(attempt - 1, 10));
}
