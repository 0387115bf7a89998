using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Commit;

/// <summary>The end of a slot's journal. Records of other jobs in it are passed over.</summary>
public static class JournalTail
{
    /// <summary>The job's last record; null when it has none. Throws <see cref="JobFailed"/> when the last one of all cannot be read.</summary>
    public static async ValueTask<JournalRecord?> Last(ISlotLog log, string job, int slot)
    {
        var tail = await log.ReadJournal(tailOnly: true);
        return LastOf(tail, job, slot) ?? (tail.Count == 0 ? null : LastOf(await log.ReadJournal(tailOnly: false), job, slot));
    }

    private static JournalRecord? LastOf(IReadOnlyList<byte[]> records, string job, int slot)
    {
        for (var i = records.Count - 1; i >= 0; i--)
        {
            if (!JournalCodec.TryDecode(records[i], out var record, out var reason)) throw new JobFailed($"the last record of the journal of slot {slot} cannot be read: {reason}");
            if (record!.Job == job) return record;
        }
        return null;
    }
}
