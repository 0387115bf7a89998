using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using StreamGrains.Chaos.Ledger;

namespace StreamGrains.Chaos.Check;

/// <summary>
/// Compares a sink's records with the reference: each event once, byte for byte, and what came in one order goes out in it. Owner: the checker, on its thread.
/// </summary>
/// <param name="topic">The sink.</param>
/// <param name="expects">Whether an event that can be read belongs in it.</param>
/// <param name="write">The value that it must have.</param>
/// <param name="keyOf">The key that it must have.</param>
/// <param name="orderOf">Results with the same number here keep the order of their events.</param>
/// <param name="tally">Told what is wrong.</param>
internal sealed class SinkCheck(string topic, Func<long, bool> expects, SinkCheck.Writer write, Func<long, int> keyOf, Func<long, int, int> orderOf, Tally tally)
{
    private readonly byte[] expected = new byte[Reference.MaxBytes];
    private readonly byte[] key = new byte[20];
    private readonly Dictionary<int, long> latest = [];
    private readonly NumberSet seen = new();

    /// <summary>Writes an event's value and returns its length.</summary>
    public delegate int Writer(long number, Span<byte> target);

    public long Count => seen.Count;

    /// <summary>Checks a record; returns its event's number, or -1 when there is no such event.</summary>
    public long Take(ConsumeResult<byte[]?, byte[]?> record)
    {
        var value = record.Message.Value ?? [];
        if (!value.AsSpan().StartsWith("{\"n\":"u8) || !Utf8Parser.TryParse(value.AsSpan(5), out long n, out _) || n < 0 || LedgerEvent.DefectOf(n) != Defect.None || !expects(n))
        {
            tally.Mistake($"{record.TopicPartitionOffset} belongs to no event: {Encoding.UTF8.GetString(value)}");
            return -1;
        }
        if (!seen.Add(n))
        {
            tally.Double($"event {n} in {record.TopicPartitionOffset}");
            return n;
        }
        var length = write(n, expected);
        if (!value.AsSpan().SequenceEqual(expected.AsSpan(0, length)))
            tally.Mistake($"{record.TopicPartitionOffset} is {Encoding.UTF8.GetString(value)} and should be {Encoding.UTF8.GetString(expected, 0, length)}");
        keyOf(n).TryFormat(key, out var keyLength, default, CultureInfo.InvariantCulture);
        if (!(record.Message.Key ?? []).AsSpan().SequenceEqual(key.AsSpan(0, keyLength))) tally.Mistake($"{record.TopicPartitionOffset}: the key of event {n} is not {keyOf(n)}");
        var order = orderOf(n, record.Partition.Value);
        if (latest.TryGetValue(order, out var before) && before > n) tally.Mistake($"{record.TopicPartitionOffset}: event {n} comes after event {before}");
        latest[order] = n;
        return n;
    }

    /// <summary>Counts what is not there of the events below <paramref name="end"/>.</summary>
    public void CountLost(long end)
    {
        for (var n = 0L; n < end; n++)
            if (LedgerEvent.DefectOf(n) == Defect.None && expects(n) && !seen.Contains(n)) tally.Lose($"event {n} in {topic}");
    }
}
