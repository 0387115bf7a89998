using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.DeadLetters;

public class DeadLetterTests
{
    [Fact]
    public void A_record_that_will_not_decode_keeps_key_value_time_and_headers_and_says_why_and_from_where()
    {
        var output = new OutputBuffer();
        var job = Plans.Job(Plans.Source(false, []));
        using var processor = new PartitionProcessor(job, job.Stages[0], 3, Plans.Setup(4), output);
        var records = new Inbox();
        var at = records.Bytes.Length;
        HeaderCodec.Append(records.Bytes, "trace"u8, "abc"u8);
        HeaderCodec.Append(records.Bytes, "none"u8, default, isNull: true);
        var headers = new ByteSlice(at, records.Bytes.Length - at);
        records.Add(new RawRecord(41, 1234, records.Bytes.Append("the key"), records.Bytes.Append("rubbish"), headers));
        records.Add(new RawRecord(42, 1235, OutputBuffer.Null, OutputBuffer.Null, default));

        Assert.Equal(2, processor.Apply(records, 10));

        Assert.Equal(2, processor.Counters.DeadLetters);
        var (first, second) = (output.Records[0], output.Records[1]);
        Assert.Equal((Plans.DeadLetters, -1, 1234L), (output.TopicName(first.Topic), first.Partition, first.Timestamp));
        Assert.Equal(("the key", "rubbish"), (Encoding.UTF8.GetString(output.Bytes[first.Key]), Encoding.UTF8.GetString(output.Bytes[first.Value])));
        Assert.Equal(
            ["trace=abc", "none=", "__streams.errors.reason=the value is not JSON at byte 0", "__streams.errors.stage=events", "__streams.errors.topic=events",
                "__streams.errors.partition=3", "__streams.errors.offset=41"], Headers(output, first));
        Assert.Equal((-1, -1), (second.Key.Length, second.Value.Length));
        Assert.Contains("__streams.errors.reason=the value is null", Headers(output, second));
    }

    [Fact]
    public void In_replay_nothing_is_written_and_nothing_counted()
    {
        var output = new OutputBuffer();
        var job = Plans.Job(Plans.Source(false, []));
        using var processor = new PartitionProcessor(job, job.Stages[0], 0, Plans.Setup(1), output) { Emitting = false };
        var records = new Inbox();
        records.Add(new RawRecord(0, 0, OutputBuffer.Null, OutputBuffer.Null, default));
        Assert.Equal(1, processor.Apply(records, 10));
        Assert.Empty(output.Records);
        Assert.Equal((0, 0), (processor.Counters.DeadLetters, processor.Counters.RowsIn));
    }

    private static List<string> Headers(OutputBuffer output, OutputRecord record)
    {
        var read = new List<string>();
        for (var rest = output.Bytes[record.Headers]; HeaderCodec.TryRead(ref rest, out var name, out var value, out _);)
            read.Add($"{Encoding.UTF8.GetString(name)}={Encoding.UTF8.GetString(value)}");
        return read;
    }
}
