using System.Diagnostics;
using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka;

/// <summary>
/// One slot's transactional producer, and its journal partition. The fence is the <c>transactional.id</c>, <c>{job}.{slot}</c>: InitTransactions shuts out
/// every producer that had it before (KIP-98). A producer is never used again after a doubt: <see cref="Open"/> makes a new one. Every call blocks.
/// At least once the producer is only idempotent, and the order outputs, offsets, journal record takes the transaction's place.
/// </summary>
internal sealed class KafkaSlotLog(JobPlan job, int slot, KafkaSettings settings, IJobCluster cluster, IConsumerGroupMetadata group, CancellationToken giveUp) : ISlotLog
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30), OffsetsPatience = TimeSpan.FromSeconds(10);
    private const int MostDoublings = 5;
    private SlotProducer? producer, prober;
    private Deliveries? deliveries;
    private long delivering = -1;
    private int smallerBatches;
    private JournalFollower? follower;
    private int overdue;

    /// <summary>Told of clients that were left.</summary>
    public required Action<string> Notice { private get; init; }

    public ValueTask Open()
    {
        follower?.Dispose();
        follower = null;
        for (var attempt = 1; ; attempt++)
        {
            giveUp.ThrowIfCancellationRequested();
            prober?.Dispose();
            prober = null;
            producer?.Dispose();
            producer = new SlotProducer(settings.Producer(job, slot, smallerBatches), job.ExactlyOnce, giveUp);
            try
            {
                producer.Init(CallTimeout);
                return ValueTask.CompletedTask;
            }
            catch (KafkaException failure)
            {
                if (KafkaErrors.Classify(failure).Verdict == CommitVerdict.Fenced) throw new PartitionFenced($"slot {slot} of job '{job.Name}' has a newer owner", failure);
                // Coordinator loading, brokers away, the old transaction still ending: all of them pass.
                KafkaErrors.ThrowIfHopeless(failure.Error, $"opening slot {slot} of job '{job.Name}'");
                giveUp.WaitHandle.WaitOne(CommitPolicy.RetryDelay(attempt));
            }
        }
    }

    public ValueTask<IReadOnlyList<byte[]>> ReadJournal(bool tailOnly) => new(new JournalReader(settings, new TopicPartition(job.JournalTopic, slot), Notice).Read(tailOnly, giveUp));

    public ValueTask JournalSettled()
    {
        new JournalReader(settings, new TopicPartition(job.JournalTopic, slot), Notice).AwaitSettled(giveUp);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<byte[]>> FollowJournal() => new((follower ??= new JournalFollower(settings, new TopicPartition(job.JournalTopic, slot))).Next(giveUp));

    public ValueTask<IReadOnlyDictionary<TopicPartition, long>> CommittedOffsets(IReadOnlyCollection<TopicPartition> partitions)
    {
        using var probe = Probe();
        List<Confluent.Kafka.TopicPartition> asked = [.. partitions.Select(p => new Confluent.Kafka.TopicPartition(p.Topic, p.Partition))];
        var doing = $"asking for the offsets of group '{job.Name}'";
        var committed = KafkaRetry.Ask(doing, () => probe.Call(doing, CallTimeout, c => c.Committed(asked, CallTimeout), giveUp), giveUp);
        return new(committed.Where(c => c.Offset.Value >= 0).ToDictionary(c => new TopicPartition(c.Topic, c.Partition), c => c.Offset.Value));
    }

    public ValueTask<IReadOnlyDictionary<TopicPartition, OffsetRange>> Ranges(IReadOnlyCollection<TopicPartition> partitions)
    {
        using var probe = Probe();
        return new(KafkaJobCluster.Ranges(probe, partitions, giveUp));
    }

    public ValueTask<TopicIdentities> Identities(IReadOnlyCollection<string> topics) => cluster.Identities(topics, giveUp);

    public ValueTask<CommitOutcome> Commit(FrozenInterval interval) => new(CommitOnce(interval));

    public ValueTask<CommitOutcome> Probe(FrozenInterval interval, int first, int count)
    {
        try
        {
            var outcome = ProbeOnce(interval, first, count);
            // Each record is taken by itself, so it is too large what they are sent in.
            if (outcome is null && first == 0 && count == interval.Outputs.Records.Count + 1) smallerBatches++;
            return new(outcome ?? CommitOutcome.Landed);
        }
        catch (KafkaException failure)
        {
            prober?.Dispose();
            prober = null;
            return new(KafkaErrors.Classify(failure) is { Verdict: not CommitVerdict.RecordRefused } outcome ? outcome : new CommitOutcome(CommitVerdict.Unknown, failure.Error.Reason));
        }
    }

    public void Dispose()
    {
        prober?.Dispose();
        follower?.Dispose();
        producer?.Dispose();
    }

    private CommitOutcome CommitOnce(FrozenInterval interval)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            return job.ExactlyOnce ? CommitTransaction(interval) : CommitInOrder(interval);
        }
        catch (KafkaException failure)
        {
            var outcome = KafkaErrors.Classify(failure);
            if (outcome.Verdict is CommitVerdict.Aborted or CommitVerdict.RecordRefused && job.ExactlyOnce) outcome = Abort(outcome);
            return KafkaErrors.Doubt(outcome, Stopwatch.GetElapsedTime(begun), settings.TransactionTimeout(job));
        }
    }

    private CommitOutcome CommitTransaction(FrozenInterval interval)
    {
        // Nothing of the interval is sent yet. As after any doubt, a new producer takes over, with a new epoch.
        if (producer!.Shaken is { } lost) return new CommitOutcome(CommitVerdict.Unknown, $"going on with a new producer, so that no late request can reach the next transaction: {lost}");
        producer.Client.BeginTransaction();
        KafkaException? stopped = null;
        try
        {
            producer.Produce(interval.Outputs, giveUp);
            producer.ProduceJournal(job.JournalTopic, slot, interval.JournalBytes);
        }
        catch (KafkaException failure) when (failure.Error.Code == ErrorCode.Local_State)
        {
            // The transaction has failed already; what is called next tells why.
            stopped = failure;
        }
        // Each client that is left waiting costs memory and threads, so the next is waited for longer.
        var patience = OffsetsPatience * (1 << Math.Min(overdue, MostDoublings));
        if (!producer.SendOffsets([.. Offsets(interval)], group, CallTimeout, patience))
        {
            overdue++;
            var why = $"the coordinator of group '{job.Name}' has not taken the offsets of slot {slot} within {patience.TotalSeconds:0} s; a new producer looks for it anew";
            return new CommitOutcome(CommitVerdict.Unknown, why);
        }
        if (stopped is not null) throw stopped;
        producer.Commit(CallTimeout);
        overdue = 0;
        return CommitOutcome.Landed;
    }

    private CommitOutcome CommitInOrder(FrozenInterval interval)
    {
        if (delivering != interval.Sequence) (deliveries, delivering) = (new Deliveries(), interval.Sequence);
        var outputs = interval.Outputs.Records.Count;
        if (Deliver(producer!, interval, 0, outputs, deliveries!) is { } failed) return failed;
        using (var probe = Probe()) probe.Call($"committing offsets of group '{job.Name}'", CallTimeout, c => c.Commit(Offsets(interval)), giveUp);
        var last = Deliver(producer!, interval, outputs, 1, deliveries!) ?? CommitOutcome.Landed;
        return last.Verdict == CommitVerdict.RecordRefused
            ? new CommitOutcome(CommitVerdict.Refused, $"the topic '{job.JournalTopic}' does not take the journal record of a commit: {last.Message}. Set that, and start the job again; nothing is lost.")
            : last;
    }

    /// <summary>Sends what is not there yet of these records, and waits for the reports. Null when all of them are there.</summary>
    private CommitOutcome? Deliver(SlotProducer by, FrozenInterval interval, int first, int count, Deliveries into)
    {
        into.Begin();
        try
        {
            for (var i = first; i < first + count; i++)
            {
                var number = i;
                if (into.Has(number)) continue;
                if (number == interval.Outputs.Records.Count) by.ProduceJournal(job.JournalTopic, slot, interval.JournalBytes, error => into.Report(number, error));
                else by.ProduceReported(interval.Outputs, number, error => into.Report(number, error), giveUp);
            }
        }
        catch (KafkaException failure) when (failure.Error.Code == ErrorCode.Local_State)
        {
            // A transaction that has failed takes no more; the reports say why.
        }
        catch (KafkaException failure) when (KafkaErrors.IsRecordRefused(failure.Error.Code))
        {
            // The client itself takes no such record.
            return KafkaErrors.RecordRefused(failure.Error);
        }
        var all = by.FlushAll(CallTimeout, out var why, enough: job.ExactlyOnce ? () => into.Failed : null);
        return into.Outcome ?? (all ? null : new CommitOutcome(CommitVerdict.Unknown, why));
    }

    /// <summary>
    /// Each record in a batch of its own, so that it is judged alone: in a transaction that is always aborted, or at least once in earnest. Its producer shuts out the one that commits, as a new one does.
    /// </summary>
    private CommitOutcome? ProbeOnce(FrozenInterval interval, int first, int count)
    {
        var exactlyOnce = job.ExactlyOnce;
        if (prober is null)
        {
            var config = settings.Producer(job, slot, smaller: 2);
            (config.EnableDeliveryReports, config.LingerMs) = (true, 0);
            prober = new SlotProducer(config, exactlyOnce, giveUp);
            prober.Init(CallTimeout);
        }
        // At least once the journal record comes behind the offsets, and is refused in its own words there.
        if (!exactlyOnce) return Deliver(prober, interval, first, Math.Min(count, interval.Outputs.Records.Count - first), deliveries ?? new Deliveries());
        prober.Client.BeginTransaction();
        var outcome = Deliver(prober, interval, first, count, new Deliveries());
        prober.Abort(CallTimeout);
        return outcome;
    }

    private CommitOutcome Abort(CommitOutcome outcome)
    {
        try
        {
            producer!.Abort(CallTimeout);
            return outcome;
        }
        catch (KafkaException failure)
        {
            var aborting = KafkaErrors.Classify(failure);
            return aborting.Verdict is CommitVerdict.Fenced or CommitVerdict.Refused ? aborting : outcome with { Verdict = CommitVerdict.Unknown };
        }
    }

    private RenewedClient<IConsumer<Ignore, Ignore>> Probe() => new(() => settings.OpenProbe(job.Name), Notice);

    private static IEnumerable<TopicPartitionOffset> Offsets(FrozenInterval interval) =>
        interval.Offsets.Select(o => new TopicPartitionOffset(o.Key.Topic, o.Key.Partition, o.Value));
}
