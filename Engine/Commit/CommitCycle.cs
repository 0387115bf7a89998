using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// Commits frozen intervals: sends the same interval until it is known to have landed, and never guesses. Returns when it landed; throws
/// <see cref="PartitionFenced"/> or <see cref="JobFailed"/> when it never will.
/// </summary>
/// <param name="log">The slot's log, open.</param>
/// <param name="pause">Waits before attempt n (from 1); throws <see cref="OperationCanceledException"/> to give up, which is safe at that point.</param>
/// <param name="troubled">Told why an attempt did not land, for the log and the status.</param>
public sealed class CommitCycle(ISlotLog log, Func<int, ValueTask> pause, Action<string> troubled)
{
    /// <summary>Commits one interval.</summary>
    public async ValueTask Run(FrozenInterval interval)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await log.Commit(interval);
            switch (outcome.Verdict)
            {
                case CommitVerdict.Landed: return;
                case CommitVerdict.Fenced: throw new PartitionFenced(outcome.Message);
                case CommitVerdict.Refused: throw new JobFailed(outcome.Message);
            }
            troubled(outcome.Message);
            await pause(attempt);
            if (outcome.Verdict == CommitVerdict.Unknown && await Settle(interval)) return;
        }
    }

    /// <summary>Whether a commit of unknown outcome landed: opening again ends the transaction one way or the other, and the journal shows which.</summary>
    private async ValueTask<bool> Settle(FrozenInterval interval)
    {
        // Opening shuts out whoever has the slot. One who stood still and wakes up looks first, and does not do that to a newer owner at work.
        try
        {
            await InJournal(interval, settled: false);
        }
        catch (JobFailed)
        {
            // Brokers are away. Opening waits for them, and what is read then counts.
        }
        await log.Open();
        return await InJournal(interval, settled: true);
    }

    /// <summary>
    /// Whether the interval is in the journal. Throws <see cref="PartitionFenced"/> when the journal goes on without it, and <see cref="JobFailed"/> when it is <paramref name="settled"/> and
    /// lacks the commit before, which has landed.
    /// </summary>
    private async ValueTask<bool> InJournal(FrozenInterval interval, bool settled)
    {
        var last = await JournalTail.Last(log, interval.Journal.Job, interval.Journal.Slot);
        if (settled && (last?.Sequence ?? 0) < interval.Sequence - 1)
            throw new JobFailed(
                $"the journal of slot {interval.Journal.Slot} {(last is null ? "is empty" : $"ends with commit {last.Sequence}")}, and commit {interval.Sequence - 1} has landed: the journal's topic was made again, or another "
                + "cluster answers at this address. Nothing more is written there. Connect the job to its own cluster.");
        if (last is null || (last.Sequence < interval.Sequence && !last.Closed)) return false;
        if (last.Sequence == interval.Sequence && last.Owner == interval.Journal.Owner) return true;
        throw new PartitionFenced($"slot {interval.Journal.Slot} was taken over: its journal goes on with commit {last.Sequence} of another owner");
    }
}
