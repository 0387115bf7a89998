using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Processing;

public class PartitionProcessorTests
{
    [Fact]
    public void A_record_behind_the_time_limit_waits_shows_as_progress_and_leaves_no_trace_in_state()
    {
        using var driver = new Driver(BatchCutTests.Job("tumbling", false), 0, 0, Plans.Setup(1));
        var inbox = new Inbox();
        foreach (var time in (long[])[1_000, 2_000, 90_000, 3_000])
            inbox.Add(new RawRecord(inbox.Remaining, 0, OutputBuffer.Null, inbox.Bytes.Append(new Event(1, Streams.Start + time, "1", 1, null).Json(false)), default));
        Assert.Equal(2, driver.Processor.Apply(inbox, 100, timeLimit: Streams.Start + 50_000));
        var state = driver.State();

        Assert.Equal(0, driver.Processor.Apply(inbox, 100, timeLimit: Streams.Start + 50_000));
        Assert.Equal(Streams.Start + 90_000, driver.Processor.Progress);
        Assert.Equal(state, driver.State());

        using var other = new Driver(BatchCutTests.Job("tumbling", false), 0, 0, Plans.Setup(1));
        other.Run([new Happening(new Event(1, Streams.Start + 1_000, "1", 1, null).Json(false)), new Happening(new Event(1, Streams.Start + 2_000, "1", 1, null).Json(false))], 0, 2, () => 9);
        Assert.Equal(state, other.State());
        Assert.Equal(2, driver.Processor.Apply(inbox, 100));
    }

    [Fact]
    public void Records_from_the_given_offset_on_are_left()
    {
        using var driver = new Driver(BatchCutTests.Job("tumbling", false), 0, 0, Plans.Setup(1));
        var inbox = new Inbox();
        for (var offset = 10; offset < 20; offset += 2)
            inbox.Add(new RawRecord(offset, 0, OutputBuffer.Null, inbox.Bytes.Append(new Event(1, Streams.Start, "1", 1, null).Json(false)), default));
        Assert.Equal(2, driver.Processor.Apply(inbox, 100, before: 14));
        Assert.Equal(13, driver.Processor.Position);
        Assert.Equal(0, driver.Processor.Apply(inbox, 100, before: 14));
    }
}
