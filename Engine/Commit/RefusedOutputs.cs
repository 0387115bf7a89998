using System.Globalization;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.DeadLetters;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Engine.Commit;

/// <summary>
/// What is sent in place of records that Kafka will never take: of a result a dead letter with the result, the topic that refused it, the reason and where it comes from; of a block of an internal
/// topic two halves; of a dead letter one that is cut. State is not touched, and nothing is computed again: only the interval's outputs change, before they are sent under the same number.
/// Throws <see cref="JobFailed"/> with topic and setting where there is nothing to send instead. Pure; owner: the committer.
/// </summary>
internal sealed class RefusedOutputs(JobPlan job, FrozenInterval interval)
{
    /// <summary>Bytes of key and of value that a dead letter keeps when it is cut.</summary>
    private const int KeptBytes = 1024;

    private readonly ByteArena scratch = new();
    private readonly OutputBuffer outputs = interval.Outputs;

    /// <summary>Replaces them all; says in words what was done.</summary>
    public string Replace(IReadOnlyList<RefusedRecord> refused)
    {
        // From behind, so that a block that becomes two moves none of the others.
        foreach (var record in refused.Reverse()) Replace(record);
        var count = refused.Count == 1 ? "a record" : $"{refused.Count.ToString(CultureInfo.InvariantCulture)} records";
        return $"Kafka does not take {count} of commit {interval.Sequence} of slot {interval.Journal.Slot}, nor ever will: {refused[0].Reason}. "
            + $"Results among them go to '{job.DeadLetterTopic}', blocks between stages are split, and all else is sent as it was";
    }

    private void Replace(RefusedRecord refused)
    {
        if (refused.Number >= outputs.Records.Count)
        {
            throw new JobFailed(
                $"the topic '{job.JournalTopic}' does not take the journal record of commit {interval.Sequence}, of {Size(interval.JournalBytes.Length)}: {refused.Reason}. "
                + "It must be as the job made it: without compaction, and with a max.message.bytes that such a record fits into. Set that and start the job again; nothing is lost.");
        }
        var record = outputs.Records[refused.Number];
        var topic = outputs.TopicName(record.Topic);
        if (topic == job.DeadLetterTopic) Cut(refused, record);
        else if (job.Stages.FirstOrDefault(s => s.Input is ExchangeInput && s.Input.Topic == topic) is { } reader) Split(refused, record, reader);
        else Bury(refused, record, topic);
    }

    /// <summary>A result becomes a dead letter with its key and value. Its time is the present: its own may be what was refused.</summary>
    private void Bury(RefusedRecord refused, in OutputRecord record, string topic)
    {
        var bytes = outputs.Bytes;
        var start = bytes.Length;
        if (record.Headers.Length > 0) bytes.Append(Copy(record.Headers));
        Header(DeadLetterHeaders.Reason, $"topic '{topic}' does not take it: {refused.Reason}");
        Header(DeadLetterHeaders.Sink, topic);
        Header(DeadLetterHeaders.Stage, job.Stages.FirstOrDefault(s => s.Steps.Any(step => step.Writes.Any(o => o.Topic == topic)))?.Name ?? job.Stages[^1].Name);
        Header(DeadLetterHeaders.Topic, job.Stages[0].Input.Topic);
        Origin(record.Origin);
        outputs.Replace(refused.Number, job.DeadLetterTopic, long.MaxValue, record.Key, record.Value, new ByteSlice(start, bytes.Length - start));
    }

    /// <summary>Key and value become short, and of the headers only ours stay.</summary>
    private void Cut(RefusedRecord refused, in OutputRecord record)
    {
        var bytes = outputs.Bytes;
        var kept = new List<(string Name, string Value)>();
        var headers = Copy(record.Headers).AsSpan();
        for (ReadOnlySpan<byte> rest = headers; HeaderCodec.TryRead(ref rest, out var name, out var value, out _);)
        {
            var text = System.Text.Encoding.UTF8.GetString(name);
            if (text == DeadLetterHeaders.Cut)
            {
                throw new JobFailed(
                    $"the topic '{job.DeadLetterTopic}' takes not even a dead letter that is cut to {KeptBytes} bytes: {refused.Reason}. Look at its cleanup.policy, max.message.bytes and "
                    + "message.timestamp settings, and start the job again; nothing is lost.");
            }
            if (text.StartsWith(DeadLetterHeaders.Prefix, StringComparison.Ordinal)) kept.Add((text, System.Text.Encoding.UTF8.GetString(value[..Math.Min(value.Length, KeptBytes)])));
        }
        var start = bytes.Length;
        foreach (var (name, value) in kept) Header(name, value);
        var where = record.Origin == OutputOrigin.None ? "" : string.Create(CultureInfo.InvariantCulture, $", of offset {record.Origin.Offset} of {job.Stages[0].Input.Topic}[{record.Origin.Partition}]");
        var key = record.Key.Length < 0 ? "no key" : $"a key of {Size(record.Key.Length)}";
        var content = record.Value.Length < 0 ? "no value" : $"a value of {Size(record.Value.Length)}";
        Header(DeadLetterHeaders.Cut, $"it had {key}, {content} and {Size(record.Headers.Length)} of headers{where}; '{job.DeadLetterTopic}' does not take that: {refused.Reason}");
        outputs.Replace(refused.Number, job.DeadLetterTopic, long.MaxValue, Shorten(record.Key), Shorten(record.Value), new ByteSlice(start, bytes.Length - start));
    }

    private void Split(RefusedRecord refused, in OutputRecord record, StagePlan reader)
    {
        var topic = reader.Input.Topic;
        var input = (ExchangeInput)reader.Input;
        var rows = new RowBatch(new RowLayout([.. input.Columns.Select(c => reader.Layout.Columns[c])]));
        var block = Copy(record.Value);
        if (!refused.TooLarge || !BlockReader.TryRead(block, rows, [.. Enumerable.Range(0, input.Columns.Count)], out var header) || rows.Count < 2)
        {
            throw new JobFailed(
                $"the internal topic '{topic}' does not take a row of {Size(block.Length)} that goes to its partition {record.Partition}: {refused.Reason}. It must be as the job made it: without "
                + "compaction, and with a max.message.bytes that the largest row fits into. Set that and start the job again; nothing is lost.");
        }
        var half = rows.Count / 2;
        // The watermark holds after the last row, so only the second half tells it.
        var first = BlockWriter.Write(Part(rows, 0, half), header.UpstreamPartition, long.MinValue, outputs.Bytes);
        var second = BlockWriter.Write(Part(rows, half, rows.Count - half), header.UpstreamPartition, header.Watermark, outputs.Bytes);
        outputs.Split(refused.Number, (rows.Time[half - 1], first), (record.Timestamp, second));
    }

    private static RowBatch Part(RowBatch rows, int first, int count)
    {
        var part = new RowBatch(rows.Layout);
        for (var row = first; row < first + count; row++) part.AppendCopy(rows, row, rows.Columns.Length);
        return part;
    }

    private void Origin(OutputOrigin origin)
    {
        if (origin == OutputOrigin.None) return;
        Header(DeadLetterHeaders.Partition, origin.Partition.ToString(CultureInfo.InvariantCulture));
        Header(DeadLetterHeaders.Offset, origin.Offset.ToString(CultureInfo.InvariantCulture));
    }

    private void Header(string name, string value)
    {
        scratch.Clear();
        var (nameSlice, valueSlice) = (scratch.Append(name), scratch.Append(value));
        HeaderCodec.Append(outputs.Bytes, scratch[nameSlice], scratch[valueSlice]);
    }

    private static ByteSlice Shorten(ByteSlice slice) => slice.Length <= KeptBytes ? slice : new ByteSlice(slice.Start, KeptBytes);

    /// <summary>A copy, because the arena moves when something is added.</summary>
    private byte[] Copy(ByteSlice slice) => slice.Length < 0 ? [] : outputs.Bytes[slice].ToArray();

    private static string Size(int bytes) => $"{bytes.ToString(CultureInfo.InvariantCulture)} bytes";
}
