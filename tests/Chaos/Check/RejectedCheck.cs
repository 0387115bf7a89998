using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamGrains.Chaos.Ledger;

namespace StreamGrains.Chaos.Check;

/// <summary>Compares dead letters with the events that have a defect: each once, as it came, with its reason, in order. Owner: the checker, on its thread.</summary>
internal sealed class RejectedCheck(Tally tally)
{
    private readonly byte[] expected = new byte[LedgerEvent.MaxBytes];
    private readonly Dictionary<(int From, int To), long> latest = [];
    private readonly NumberSet seen = new();

    public long Count => seen.Count;

    public void Take(ConsumeResult<byte[]?, byte[]?> record)
    {
        if (!record.Message.Headers.TryGetLastBytes(LedgerProducer.NumberHeader, out var number) || number.Length != 8
            || BinaryPrimitives.ReadInt64BigEndian(number) is var n && (n < 0 || LedgerEvent.DefectOf(n) == Defect.None))
        {
            tally.Mistake($"{record.TopicPartitionOffset} belongs to no event with a defect: {Encoding.UTF8.GetString(record.Message.Value ?? [])}");
            return;
        }
        if (!seen.Add(n))
        {
            tally.Double($"dead letter of event {n} in {record.TopicPartitionOffset}");
            return;
        }
        var length = LedgerEvent.Write(n, expected);
        var same = length < 0 ? record.Message.Value is null : record.Message.Value.AsSpan().SequenceEqual(expected.AsSpan(0, length));
        if (!same) tally.Mistake($"{record.TopicPartitionOffset}: the dead letter of event {n} is not the record as it came");
        var reason = Text(record, "__streams.errors.reason");
        if (!reason.StartsWith(LedgerEvent.Reason(LedgerEvent.DefectOf(n)), StringComparison.Ordinal)) tally.Mistake($"{record.TopicPartitionOffset}: the reason of event {n} is '{reason}'");
        var from = LedgerEvent.Partition(n, Topics.Partitions);
        if (Text(record, "__streams.errors.partition") != from.ToString(CultureInfo.InvariantCulture)) tally.Mistake($"{record.TopicPartitionOffset}: event {n} came from partition {from}");
        var order = (from, record.Partition.Value);
        if (latest.TryGetValue(order, out var before) && before > n) tally.Mistake($"{record.TopicPartitionOffset}: the dead letter of event {n} comes after that of {before}");
        latest[order] = n;
    }

    /// <summary>Counts what is not there of the events below <paramref name="end"/>.</summary>
    public void CountLost(long end)
    {
        for (var n = 0L; n < end; n++)
            if (LedgerEvent.DefectOf(n) != Defect.None && !seen.Contains(n)) tally.Lose($"dead letter of event {n}");
    }

    private static string Text(ConsumeResult<byte[]?, byte[]?> record, string header) =>
        record.Message.Headers.TryGetLastBytes(header, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";
}
