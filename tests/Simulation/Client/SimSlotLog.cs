using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Client;

/// <summary>
/// A slot's transactional producer and journal reader as the Kafka port has them: a producer is never used again after a doubt; requests that failed for a passing
/// reason are repeated until the call's time is over, as librdkafka does inside its calls. Times are about a fifteenth of the real ones, in the same proportions.
/// </summary>
internal sealed class SimSlotLog(ClientWorld world, int slot, CancellationToken giveUp) : ISlotLog
{
    private const long CallTimeout = 2_000_000;
    private const int Clients = 2;

    private readonly Requests requests = new(world, $"slot-{slot}");
    private readonly string transactionalId = $"{world.Job.Name}.{slot}";
    private readonly TopicPartition journal = new(world.Job.JournalTopic, slot);
    private readonly Dictionary<TopicPartition, int> sequences = [];
    private IReadOnlyList<byte[]>? readEarly;
    private Producer producer;
    private long attempted;
    private long? followed;

    private SimBroker Broker => world.Network.Broker;

    private Faults Faults => world.Network.Faults;

    public async ValueTask Open()
    {
        world.Opening(slot);
        readEarly = world.Is(Mutation.JournalReadBeforeFence) ? await ReadJournal(false) : null;
        for (var attempt = 1; ; attempt++)
        {
            giveUp.ThrowIfCancellationRequested();
            requests.Purged++;
            var opened = await requests.Ask(new What("InitProducerId"), CallTimeout, () =>
            {
                var (code, fresh) = Broker.InitProducerId(transactionalId);
                return new Reply<Producer>(code, fresh);
            });
            if (opened.InTime)
            {
                producer = opened.Reply.Value;
                sequences.Clear();
                requests.Shaken = false;
                return;
            }
            await world.Network.Scheduler.Delay(CommitPolicy.RetryDelay(attempt) * 1000L, world.Process);
        }
    }

    public async ValueTask<IReadOnlyList<byte[]>> ReadJournal(bool tailOnly)
    {
        if (readEarly is { } early) return early;
        if (tailOnly && Faults.Strike(Fault.ClusterSilent, weight: 5))
        {
            await world.Network.Scheduler.Delay(2 * CallTimeout, world.Process);
            throw Silent($"the end of {journal}");
        }
        var partition = Broker[journal];
        var ends = await Question(new What("ListOffsets {0}", journal), () => new Reply<OffsetRange>(Code.None, new OffsetRange(partition.Start, partition.LastStable)));
        var records = new List<byte[]>();
        var at = tailOnly ? Math.Max(ends.First, ends.Next - 64) : ends.First;
        while (true)
        {
            var size = world.Network.Rng.Pick([1, 7, 1000]);
            var page = await Question(new What("Fetch {0} from {1}", journal, at), () => FetchJournal(partition, at, size));
            records.AddRange(page.Records);
            at = page.Next;
            if (!page.AtEnd) continue;
            // The tail may be all markers and aborted records: look at the whole then.
            if (!tailOnly || records.Count > 0 || ends.Next - 64 <= ends.First) return records;
            (tailOnly, at) = (false, ends.First);
        }
    }

    public async ValueTask JournalSettled()
    {
        var partition = Broker[journal];
        var written = await Question(new What("ListOffsets {0} uncommitted", journal), () => new Reply<long>(Code.None, partition.End));
        var deadline = world.Network.Scheduler.Now + CallTimeout;
        while (world.Network.Scheduler.Now < deadline)
        {
            if (await Question(new What("ListOffsets {0}", journal), () => new Reply<long>(Code.None, partition.LastStable)) >= written) return;
            await world.Network.Scheduler.Delay(CommitPolicy.RetryDelay(1) * 1000L, world.Process);
        }
    }

    public async ValueTask<IReadOnlyList<byte[]>> FollowJournal()
    {
        if (Faults.Strike(Fault.ClusterSilent, weight: 15)) await world.Network.Scheduler.Delay(world.Network.Rng.Range(1, 8) * CallTimeout, world.Process);
        var partition = Broker[journal];
        followed ??= await Question(new What("ListOffsets {0}", journal), () => new Reply<long>(Code.None, partition.Start));
        var records = new List<byte[]>();
        while (true)
        {
            var size = world.Network.Rng.Pick([1, 7, 1000]);
            var from = followed.Value;
            var page = await Question(new What("Fetch {0} from {1}", journal, from), () => FetchJournal(partition, from, size));
            records.AddRange(page.Records);
            followed = page.Next;
            if (page.AtEnd) return Mutated.Followed(world, records);
        }
    }

    public async ValueTask<IReadOnlyDictionary<TopicPartition, long>> CommittedOffsets(IReadOnlyCollection<TopicPartition> partitions)
    {
        return await Question(new What("OffsetFetch"), () =>
        {
            var (code, found) = Broker.FetchOffsets(partitions);
            return new Reply<IReadOnlyDictionary<TopicPartition, long>>(code, found);
        });
    }

    public async ValueTask<IReadOnlyDictionary<TopicPartition, OffsetRange>> Ranges(IReadOnlyCollection<TopicPartition> partitions)
    {
        var ranges = new Dictionary<TopicPartition, OffsetRange>();
        foreach (var slice in partitions)
            ranges[slice] = await Question(new What("ListOffsets {0}", slice), () => new Reply<OffsetRange>(Code.None, new OffsetRange(Broker[slice].Start, Broker[slice].LastStable)));
        return ranges;
    }

    public async ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics) =>
        await Question(new What("DescribeTopics"), () => new Reply<TopicIdentities>(Code.None, Broker.Identities(topics)));

    public async ValueTask<CommitOutcome> Commit(FrozenInterval interval)
    {
        world.Committing(interval);
        if (interval.Sequence == attempted && world.Is(Mutation.ResendRecomputes)) interval = world.Recompute(interval);
        attempted = interval.Sequence;
        var outcome = Faults.Strike(Fault.CommitRefused)
            ? new CommitOutcome(CommitVerdict.Refused, "Kafka refuses the commit: Topic authorization failed (TopicAuthorizationFailed)")
            : await CommitTransaction(interval);
        world.Committed(interval, outcome);
        if (outcome.Verdict == CommitVerdict.Aborted && world.Is(Mutation.ReleasedOnAbort)) interval.Outputs.Clear();
        return world.Guess(outcome);
    }

    /// <summary>In a transaction of a new epoch, as after any failure, which is always aborted.</summary>
    public async ValueTask<CommitOutcome> Probe(FrozenInterval interval, int first, int count)
    {
        requests.Purged++;
        var opened = await requests.Ask(new What("InitProducerId to probe"), CallTimeout, () =>
        {
            var (code, fresh) = Broker.InitProducerId(transactionalId);
            return new Reply<Producer>(code, fresh);
        });
        if (!opened.InTime) return new CommitOutcome(CommitVerdict.Unknown, "opening to probe: Local: Timed out (Local_TimedOut)");
        producer = opened.Reply.Value;
        sequences.Clear();
        var probed = await Produce(world.Some(interval, first, count, journal), interval.Sequence);
        var ended = await EndTxn(commit: false, interval.Sequence);
        return ended.Verdict == CommitVerdict.Landed ? probed : ended;
    }

    public void Dispose()
    {
        requests.Purged++;
        world.Closed(slot);
    }

    private async ValueTask<CommitOutcome> CommitTransaction(FrozenInterval interval)
    {
        // Nothing of the interval is sent yet. A new producer has a new epoch, so that what may still be on its way reaches no transaction of it.
        if (requests.Shaken && !world.Is(Mutation.SameProducerAfterLostRequest)) return new CommitOutcome(CommitVerdict.Unknown, "going on with a new producer, so that no late request can reach the next transaction");
        var batches = world.Batches(interval, journal);
        var produced = Produce(batches, interval.Sequence).AsTask();
        var offsets = await SendOffsets(interval);
        if (offsets.Verdict == CommitVerdict.Aborted) return await Abort(offsets, produced);
        if (offsets.Verdict != CommitVerdict.Landed) return offsets;
        var flushed = await produced;
        if (flushed.Verdict == CommitVerdict.RecordRefused) return await Abort(flushed, produced);
        if (flushed.Verdict != CommitVerdict.Landed) return flushed;
        return await EndTxn(commit: true, interval.Sequence);
    }

    private async ValueTask<CommitOutcome> Produce(List<Batch> batches, long sequence)
    {
        var mine = requests.Purged;
        var slices = batches.ConvertAll(b => b.Slice);
        var added = await Act(new What("AddPartitions seq={1}", A: sequence), () => Broker.AddPartitions(transactionalId, world.Fence(producer, transactionalId), slices));
        if (added.Verdict != CommitVerdict.Landed) return added;
        var sent = batches.ConvertAll(batch => Send(batch, sequence, mine).AsTask());
        var worst = CommitOutcome.Landed;
        foreach (var one in sent)
            if (await one is { Verdict: not CommitVerdict.Landed } failed && failed.Verdict > worst.Verdict) worst = failed;
        return worst;
    }

    private async ValueTask<CommitOutcome> Send(Batch batch, long sequence, int mine)
    {
        if (mine != requests.Purged) return new CommitOutcome(CommitVerdict.Unknown, "closed");
        var first = sequences.GetValueOrDefault(batch.Slice);
        sequences[batch.Slice] = first + batch.Messages.Count;
        var sender = producer;
        var mishap = Faults.Strike(Fault.ProduceReplyLost) ? Mishap.ReplyLost : Faults.Strike(Fault.ProduceLate) ? Mishap.Late : Mishap.None;
        return await Act(new What("Produce {0} seq={1} ({2} records)", batch.Slice, sequence, batch.Messages.Count),
            () => Broker.Produce(transactionalId, sender, batch.Slice, first, batch.Messages, !world.Is(Mutation.FenceSkipped)), mishap);
    }

    private async ValueTask<CommitOutcome> SendOffsets(FrozenInterval interval)
    {
        if (world.OffsetsOutside(interval)) return CommitOutcome.Landed;
        var added = await Act(new What("AddOffsets seq={1}", A: interval.Sequence), () => Broker.AddOffsets(transactionalId, world.Fence(producer, transactionalId)));
        if (added.Verdict != CommitVerdict.Landed) return added;
        if (Faults.Strike(Fault.AbortableError)) return new CommitOutcome(CommitVerdict.Aborted, "Unknown member (UnknownMemberId)");
        return await Act(new What("TxnOffsetCommit seq={1}", A: interval.Sequence), () => Broker.CommitOffsets(transactionalId, world.Fence(producer, transactionalId), interval.Offsets));
    }

    private async ValueTask<CommitOutcome> EndTxn(bool commit, long sequence)
    {
        var mishap = !commit ? Mishap.None : Faults.Strike(Fault.EndTxnUnanswered) ? Mishap.Unanswered : Faults.Strike(Fault.EndTxnLate) ? Mishap.Late : Faults.Strike(Fault.SentTwice) ? Mishap.LostAndLate : Mishap.None;
        var sender = producer;
        var sent = Act(new What(commit ? "EndTxn(commit) seq={1} epoch={2}" : "EndTxn(abort) seq={1} epoch={2}", A: sequence, B: sender.Epoch),
            () => Broker.EndTxn(transactionalId, world.Fence(sender, transactionalId), commit), mishap);
        if (commit && Faults.Strike(Fault.CrashAtEndTxn)) world.Crash();
        return await sent;
    }

    /// <summary>What is queued is purged and what is in flight is waited for before the end of the transaction is sent.</summary>
    private async ValueTask<CommitOutcome> Abort(CommitOutcome outcome, Task<CommitOutcome> produced)
    {
        requests.Purged++;
        await produced;
        var ended = await EndTxn(commit: false, 0);
        return ended.Verdict == CommitVerdict.Landed ? outcome : ended.Verdict == CommitVerdict.Fenced ? ended : outcome with { Verdict = CommitVerdict.Unknown };
    }

    /// <summary>A request of the transaction, and what its answer means for the commit: the same as in the Kafka port.</summary>
    private async ValueTask<CommitOutcome> Act(What what, Func<Code> serve, Mishap mishap = Mishap.None)
    {
        var (inTime, reply) = await requests.Ask(what, CallTimeout, () => new Reply<bool>(serve(), true), mishap);
        if (!inTime) return new CommitOutcome(CommitVerdict.Unknown, $"{what}: Local: Timed out (Local_TimedOut)");
        return reply.Code switch
        {
            Code.None => CommitOutcome.Landed,
            Code.InvalidRecord => new CommitOutcome(CommitVerdict.RecordRefused, $"{what}: Broker: Broker failed to validate record (InvalidRecord)"),
            Code.Fenced => new CommitOutcome(CommitVerdict.Fenced, $"a newer owner has taken over: {what} (Local_Fenced)"),
            _ => new CommitOutcome(CommitVerdict.Unknown, $"{what}: {reply.Code}"),
        };
    }

    /// <summary>A question that is asked for about half a minute before the job is given up.</summary>
    private async ValueTask<T> Question<T>(What what, Func<Reply<T>> serve)
    {
        // A client whose call has not ended is replaced by a new one, which asks again.
        var (inTime, reply) = await requests.Ask(what, CallTimeout, serve);
        for (var attempt = 1; !inTime && attempt < Clients; attempt++) (inTime, reply) = await requests.Ask(what, CallTimeout, serve);
        if (!inTime) throw Silent(what.ToString());
        if (reply.Code == Code.OffsetOutOfRange)
            throw new JobFailed($"{what}: the next offset to read is not there any more; the topic's retention removed it. Reset the job to start over from what is left.");
        giveUp.ThrowIfCancellationRequested();
        return reply.Value;
    }

    private JobFailed Silent(string what)
    {
        world.Unanswered(slot);
        return new JobFailed($"asking for {what}: Local: Timed out (Local_TimedOut), 12 times in a row");
    }

    private static Reply<(List<byte[]> Records, long Next, bool AtEnd)> FetchJournal(Partition partition, long from, int size)
    {
        if (from < partition.Start) return new(Code.OffsetOutOfRange, default);
        var end = partition.LastStable;
        var records = new List<byte[]>();
        var at = from;
        var all = partition.All;
        for (var i = partition.IndexOf(from); i < all.Length && all[i].Offset < end && records.Count < size; i++)
        {
            at = all[i].Offset + 1;
            if (all[i].Committed) records.Add(all[i].Message!.Value!);
        }
        return new(Code.None, (records, records.Count < size ? end : at, records.Count < size || at >= end));
    }
}

/// <summary>Records of one interval for one partition.</summary>
internal sealed record Batch(TopicPartition Slice, List<Message> Messages);
