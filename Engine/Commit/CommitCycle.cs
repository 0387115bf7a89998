using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// Commits frozen intervals: sends the same interval until it is known to have landed, and never guesses. What brokers will never take of it is found, and others are sent in its place
/// (<see cref="RefusedOutputs"/>), under the same number. Returns when it landed; throws
/// <see cref="PartitionFenced"/> or <see cref="JobFailed"/> when it never will.
/// </summary>
/// <param name="job">The job.</param>
/// <param name="log">The slot's log, open.</param>
/// <param name="pause">Waits before attempt n (from 1); throws <see cref="OperationCanceledException"/> to give up, which is safe at that point.</param>
/// <param name="troubled">Told why an attempt did not land, for the log and the status.</param>
public sealed class CommitCycle(JobPlan job, ISlotLog log, Func<int, ValueTask> pause, Action<string> troubled)
{
    /// <summary>An interval that is refused so many times although each of its records is taken by itself is given up.</summary>
    private const int MostVainHunts = 4;

    /// <summary>Commits one interval.</summary>
    public async ValueTask Run(FrozenInterval interval)
    {
        var vain = 0;
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
            if (outcome.Verdict == CommitVerdict.RecordRefused)
            {
                // By fence and journal nothing of it has landed, and nobody newer has the slot; after the probes likewise, because they have a producer of their own.
                if (await Settle(interval)) return;
                if (await Replaced(interval)) vain = 0;
                else if (++vain == MostVainHunts) throw new JobFailed($"Kafka takes each record of commit {interval.Sequence} of slot {interval.Journal.Slot} by itself, and not all together: {outcome.Message}");
                if (await Settle(interval)) return;
                continue;
            }
            await pause(attempt);
            if (outcome.Verdict == CommitVerdict.Unknown && await Settle(interval)) return;
        }
    }

    /// <summary>Finds what is refused, and puts others in its place. False when each record is taken by itself.</summary>
    private async ValueTask<bool> Replaced(FrozenInterval interval)
    {
        var hunt = new RefusalHunt(interval.Outputs.Records.Count + 1);
        for (var failures = 0; hunt.Next is var (first, count);)
        {
            var outcome = await log.Probe(interval, first, count);
            switch (outcome.Verdict)
            {
                case CommitVerdict.Landed or CommitVerdict.RecordRefused:
                    failures = 0;
                    hunt.Answer(outcome);
                    continue;
                case CommitVerdict.Fenced: throw new PartitionFenced(outcome.Message);
                case CommitVerdict.Refused: throw new JobFailed(outcome.Message);
            }
            troubled(outcome.Message);
            await pause(++failures);
        }
        if (hunt.Refused.Count == 0) return false;
        troubled(new RefusedOutputs(job, interval).Replace(hunt.Refused));
        return true;
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
