using Confluent.Kafka;
using StreamGrains.Chaos.Ledger;

namespace StreamGrains.Chaos.Check;

/// <summary>
/// Checks the ledger's own topic: every partition has its events in order, each once, as written. What is wrong here is the ledger's or the broker's fault and
/// not the job's. Owner: the checker, on its thread.
/// </summary>
internal sealed class InputCheck(Tally tally)
{
    private readonly byte[] expected = new byte[LedgerEvent.MaxBytes];
    private readonly long[] next = new long[Topics.Partitions];

    /// <summary>Records of the topic.</summary>
    public long Count { get; private set; }

    public void Take(ConsumeResult<byte[]?, byte[]?> record)
    {
        var p = record.Partition.Value;
        Count++;
        while (LedgerEvent.Partition(next[p], Topics.Partitions) != p) next[p]++;
        var length = LedgerEvent.Write(next[p], expected);
        var same = length < 0 ? record.Message.Value is null : record.Message.Value.AsSpan().SequenceEqual(expected.AsSpan(0, length));
        if (!same) tally.Fail($"{record.TopicPartitionOffset} of the ledger is not event {next[p]}");
        next[p]++;
    }
}
