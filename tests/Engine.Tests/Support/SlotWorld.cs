using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Tests.Support;

/// <summary>One slot of a two-stage job (a re-key, then rolling features with a delay, or windows) over a log and blobs in memory.</summary>
internal sealed class SlotWorld
{
    public static readonly Guid Owner = new(1, 2, 3, new byte[8]);
    public static readonly TopicPartition Events = new("events", 0), Rekeyed = new(Plans.Internal, 0);

    public SlotWorld(bool exactlyOnce = true, bool windows = false)
    {
        var (rolling, columns) = Plans.Rolling(delayed: true);
        var second = windows
            ? Plans.Keyed(false, [], [.. Plans.Window(false, 60_000, 60_000, lateTopic: true)])
            : Plans.Keyed(false, columns, rolling, Plans.Sink(Plans.Layout(false, columns)));
        Job = Plans.Job(Plans.Source(false, [], Plans.Exchange()), second) with { ExactlyOnce = exactlyOnce };
    }

    public JobPlan Job { get; init; }

    /// <summary>Partitions whose unread records may be gone.</summary>
    public HashSet<TopicPartition> AcceptedLosses { get; } = [];

    public FakeLog Log { get; } = new();

    public MemoryBlobs Blobs { get; } = new();

    public List<string> Notices { get; } = [];

    public Slot Activate(int slots = 1) => new SlotRecovery(Job with { AcceptedLosses = AcceptedLosses }, Plans.Setup(1, 1), slots, Log, Blobs, Notices.Add).Activate(0, Owner).AsTask().GetAwaiter().GetResult();

    public static ProcessorRun RunOf(Slot slot, int stage) => slot.Runs.Single(r => r.Processor.Id.Stage == stage);

    /// <summary>Feeds records with the given first offset and takes them.</summary>
    public static void Feed(Slot slot, int stage, long offset, params IEnumerable<byte[]> values)
    {
        var run = RunOf(slot, stage);
        foreach (var value in values) run.Inbox.Add(new RawRecord(offset++, 0, OutputBuffer.Null, run.Inbox.Bytes.Append(value), default));
        while (run.Inbox.Remaining > 0)
        {
            var live = !run.Replaying;
            var taken = run.Step(int.MaxValue, long.MaxValue);
            if (live) slot.Took(taken);
        }
    }

    /// <summary>Freezes, commits and finishes; the interval, whose outputs are gone by then, and its outputs as (topic, value).</summary>
    public (FrozenInterval Interval, List<(string Topic, byte[] Value)> Outputs) Commit(Slot slot, bool snapshot = false)
    {
        var interval = slot.Freeze(snapshot);
        var outputs = interval.Outputs.Records.Select(r => (interval.Outputs.TopicName(r.Topic), interval.Outputs.Bytes[r.Value].ToArray())).ToList();
        new CommitCycle(Job, Log, _ => ValueTask.CompletedTask, _ => { }).Run(interval).AsTask().GetAwaiter().GetResult();
        foreach (var image in interval.Images)
        {
            var name = $"job/{image.Header.Processor}/{image.Header.Sequence}";
            Blobs.Keep(name, stream => image.WriteTo(stream));
            image.Release();
            slot.SnapshotDurable(image.Header, name);
        }
        slot.Finish();
        return (interval, outputs);
    }

    /// <summary>The tally of records with these offsets and values, as <see cref="Feed"/> feeds them.</summary>
    public static InputTally Tally(params IEnumerable<(long Offset, byte[] Value)> records) =>
        records.Aggregate(default(InputTally), (tally, r) => tally.With(new RawRecord(r.Offset, 0, OutputBuffer.Null, new Columns.ByteSlice(0, r.Value.Length), default)));

    /// <summary>The bytes of a processor's state.</summary>
    public static byte[] State(Slot slot, int stage)
    {
        var image = RunOf(slot, stage).Processor.Share(0);
        var file = new MemoryStream();
        image.WriteTo(file);
        image.Release();
        return file.ToArray();
    }

    public JournalRecord Record(long sequence, long events, long rekeyed, params IEnumerable<JournalEvent> happened) => new(
        Job.Name, sequence, Guid.Empty, Job.Fingerprint, 0, 1, false,
        [new ProcessorMark(new ProcessorId(1, 0), 0, rekeyed, 0, []), new ProcessorMark(new ProcessorId(0, 0), 0, events, 0, [])], [.. happened]);
}
