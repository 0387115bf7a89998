using System.Globalization;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Engine.DeadLetters;

/// <summary>
/// Writes inputs that could not be used to the job's dead-letter topic, with the headers of <see cref="DeadLetterHeaders"/>. In the source stage the letter
/// is the original key, value and headers; a row that fails behind a re-key is written as JSON of its columns, and the headers name its source record.
/// Owner: one partition processor.
/// </summary>
internal sealed class DeadLetterWriter(string topic, string sourceTopic, ProcessorContext context)
{
    private readonly ByteArena scratch = new();

    /// <summary>Writes a source record as it came.</summary>
    public void Write(Inbox records, in RawRecord record, int partition, string reason)
    {
        if (!context.Emitting) return;
        var bytes = context.Output.Bytes;
        var key = record.Key.Length < 0 ? OutputBuffer.Null : bytes.Append(records.Bytes[record.Key]);
        var value = record.Value.Length < 0 ? OutputBuffer.Null : bytes.Append(records.Bytes[record.Value]);
        var start = bytes.Length;
        if (record.Headers.Length > 0) bytes.Append(records.Bytes[record.Headers]);
        AppendHeaders(bytes, partition, record.Offset, reason);
        context.Output.Add(topic, -1, record.Timestamp, key, value, new ByteSlice(start, bytes.Length - start), new OutputOrigin(partition, record.Offset));
        context.Counters.DeadLetters++;
    }

    /// <summary>Writes a row as JSON: its first <paramref name="columns"/> columns, which are what steps have computed so far.</summary>
    public void Write(RowBatch batch, int row, int columns, string reason)
    {
        if (!context.Emitting) return;
        var bytes = context.Output.Bytes;
        var value = new JsonRowEncoder(batch.Layout, [.. Enumerable.Range(0, columns)]).Encode(batch, row, bytes);
        var start = bytes.Length;
        AppendHeaders(bytes, batch.OriginPartition[row], batch.OriginOffset[row], reason);
        context.Output.Add(topic, -1, batch.Time[row], OutputBuffer.Null, value, new ByteSlice(start, bytes.Length - start), new OutputOrigin(batch.OriginPartition[row], batch.OriginOffset[row]));
        context.Counters.DeadLetters++;
    }

    private void AppendHeaders(ByteArena bytes, int partition, long offset, string reason)
    {
        AppendHeader(bytes, DeadLetterHeaders.Reason, reason);
        AppendHeader(bytes, DeadLetterHeaders.Stage, context.Stage);
        AppendHeader(bytes, DeadLetterHeaders.Topic, sourceTopic);
        if (offset == RowBatch.NoOrigin) return;
        AppendHeader(bytes, DeadLetterHeaders.Partition, partition.ToString(CultureInfo.InvariantCulture));
        AppendHeader(bytes, DeadLetterHeaders.Offset, offset.ToString(CultureInfo.InvariantCulture));
    }

    private void AppendHeader(ByteArena bytes, string name, string value)
    {
        scratch.Clear();
        var nameSlice = scratch.Append(name);
        var valueSlice = scratch.Append(value);
        HeaderCodec.Append(bytes, scratch[nameSlice], scratch[valueSlice]);
    }
}

/// <summary>Names of the headers that a dead letter carries beside its own; values are UTF-8 text.</summary>
public static class DeadLetterHeaders
{
    /// <summary>How all of them begin.</summary>
    public const string Prefix = "__streams.errors.";

    /// <summary>What is wrong, in words.</summary>
    public const string Reason = "__streams.errors.reason";

    /// <summary>Topic that Kafka did not take the result for, whose key and value the dead letter holds then; absent otherwise.</summary>
    public const string Sink = "__streams.errors.sink";

    /// <summary>Present when the dead letter was too large for its topic: what was cut off, in words.</summary>
    public const string Cut = "__streams.errors.cut";

    /// <summary>Stage of the job that could not use it.</summary>
    public const string Stage = "__streams.errors.stage";

    /// <summary>Topic of the source record.</summary>
    public const string Topic = "__streams.errors.topic";

    /// <summary>Partition of the source record, decimal; absent for the result of a window.</summary>
    public const string Partition = "__streams.errors.partition";

    /// <summary>Offset of the source record, decimal; absent for the result of a window.</summary>
    public const string Offset = "__streams.errors.offset";
}
