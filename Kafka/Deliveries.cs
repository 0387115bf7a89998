using Confluent.Kafka;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>
/// Which records of an interval have got through, one by one, for what is sent without a transaction or only to see whether it would be taken. What a client that was left still gets through counts as
/// well. Reports come on the clients' threads.
/// </summary>
internal sealed class Deliveries
{
    private readonly Lock gate = new();
    private readonly HashSet<int> there = [];
    private Error? refusal, failure;

    /// <summary>Forgets what failed, for another attempt.</summary>
    public void Begin()
    {
        lock (gate) (refusal, failure) = (null, null);
    }

    public bool Has(int record)
    {
        lock (gate) return there.Contains(record);
    }

    public void Report(int record, Error error)
    {
        lock (gate)
        {
            if (!error.IsError) there.Add(record);
            else if (KafkaErrors.IsRecordRefused(error.Code)) refusal ??= error;
            else failure ??= error;
        }
    }

    /// <summary>Something of the attempt has failed.</summary>
    public bool Failed
    {
        get
        {
            lock (gate) return refusal is not null || failure is not null;
        }
    }

    /// <summary>What became of the attempt, when all are reported; null when everything is there.</summary>
    public CommitOutcome? Outcome
    {
        get
        {
            lock (gate) return refusal is not null ? KafkaErrors.RecordRefused(refusal) : failure is null ? null : KafkaErrors.Classify(new KafkaException(failure));
        }
    }
}
