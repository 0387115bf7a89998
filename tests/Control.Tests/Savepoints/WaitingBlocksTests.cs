using System.Text;
using StreamGrains.Control.Savepoints;
using StreamGrains.Engine;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Tests.Savepoints;

public sealed class WaitingBlocksTests
{
    // Kept in step with docs/formats.md.
    private const string Golden = "534757414954" + "0100" + "02000000" + "E803000000000000" + "03000000" + "616263" + "D007000000000000" + "01000000" + "7A";

    [Fact]
    public void Blocks_have_the_bytes_that_the_format_says() => Assert.Equal(Golden, Convert.ToHexString(Write(Blocks())));

    [Fact]
    public void What_was_written_is_produced_again_in_order()
    {
        var outputs = new OutputBuffer();
        WaitingBlocks.Read(new MemoryStream(Convert.FromHexString(Golden)), "b", outputs, new TopicPartition("job.by-k.2", 3));
        Assert.Equal(
            [("job.by-k.2", 3, 1000L, "abc"), ("job.by-k.2", 3, 2000L, "z")],
            outputs.Records.Select(r => (outputs.TopicName(r.Topic), r.Partition, r.Timestamp, Encoding.UTF8.GetString(outputs.Bytes[r.Value]))));
    }

    [Fact]
    public void Any_damage_is_refused_in_words_and_takes_no_memory()
    {
        var good = Convert.FromHexString(Golden);
        for (var length = 0; length < good.Length; length++)
            Assert.Throws<JobFailed>(() => WaitingBlocks.Read(new MemoryStream(good, 0, length), "b", new OutputBuffer(), new TopicPartition("t", 0)));
        var huge = (byte[])good.Clone();
        huge[23] = 0x7F;
        Assert.Throws<JobFailed>(() => WaitingBlocks.Read(new MemoryStream(huge), "b", new OutputBuffer(), new TopicPartition("t", 0)));
    }

    private static byte[] Write(Inbox blocks)
    {
        var stream = new MemoryStream();
        WaitingBlocks.Write(blocks, stream);
        return stream.ToArray();
    }

    private static Inbox Blocks()
    {
        var batch = new Inbox();
        batch.Add(new RawRecord(7, 1000, OutputBuffer.Null, batch.Bytes.Append("abc"u8), default));
        batch.Add(new RawRecord(9, 2000, OutputBuffer.Null, batch.Bytes.Append("z"u8), default));
        return batch;
    }
}
