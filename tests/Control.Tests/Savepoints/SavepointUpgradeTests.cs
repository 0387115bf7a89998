using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Savepoints;
using StreamGrains.Engine;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Processing;
using StreamGrains.Specs;

namespace StreamGrains.Control.Tests.Savepoints;

public sealed class SavepointUpgradeTests
{
    private const int SnapshotHeader = 24, Checksum = 4;

    private readonly MemoryBlobs blobs = new();

    [Fact]
    public async Task Sums_that_are_kept_go_on_exactly_and_a_step_that_is_added_starts_empty()
    {
        using var old = new Life(Plan("  - rolling: { s: sum(amount) over 1d, n: count() over 1d }"));
        old.Feed(0, 100);
        using var next = await Upgraded(old, Plan("  - rolling: { added: count() over 1d }\n  - derive: { double: amount * 2 }\n  - rolling: { total: sum(amount) over 1d, n: count() over 1d }"));
        old.Feed(100, 200);
        next.Feed(100, 200);

        Assert.Equal(old.Written("s", "n").Skip(100), next.Written("total", "n"));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i / Life.Keys + 1}"), next.Written("added"));
    }

    [Fact]
    public async Task State_that_is_taken_over_is_the_state_that_was_there()
    {
        const string Steps = "  - rolling: { n: count() over 1d, late: sum(amount) over 1h delayed 2m }\n  - window: { tumbling: 1h, aggregates: { most: max(amount) } }\n  - rolling: { peaks: sum(most) over 7d }";
        using var old = new Life(Plan(Steps));
        old.Feed(0, 1000);
        using var next = await Upgraded(old, Plan(Steps, fields: ", country: string?"));

        Assert.Equal(old.State()[SnapshotHeader..^Checksum], next.State()[SnapshotHeader..^Checksum]);
    }

    [Fact]
    public async Task Windows_of_another_length_start_empty_and_the_steps_before_them_go_on()
    {
        const string Steps = "  - rolling: { n: count() over 1d }\n  - to: { topic: out }\n  - window: { tumbling: 10m, aggregates: { most: max(amount) } }";
        using var old = new Life(Plan(Steps));
        old.Feed(0, 100);
        using var next = await Upgraded(old, Plan(Steps.Replace("10m", "20m", StringComparison.Ordinal)));
        old.Feed(100, 101);
        next.Feed(100, 101);

        Assert.Equal(old.Written("n").Last(), next.Written("n").Single());
        Assert.True(next.Processor.StateSize.Keys < old.Processor.StateSize.Keys);
        Assert.Equal(old.Processor.Watermark, next.Processor.Watermark);
    }

    [Fact]
    public async Task Rows_that_wait_in_a_step_that_goes_on_come_out_once()
    {
        const string Steps = "  - rolling: { n: count() over 1d delayed 1s }";
        using var old = new Life(Plan(Steps));
        old.Feed(0, 100);
        var before = old.Written("id").Count();
        using var next = await Upgraded(old, Plan(Steps + "\n  - rolling: { added: count() over 1d }"));
        next.Feed(100, 200);
        old.Feed(100, 200);

        Assert.InRange(before, 1, 99);
        Assert.Equal(old.Written("id", "n").Skip(before), next.Written("id", "n"));
    }

    [Theory]
    [InlineData("  - derive: { more: amount }\n  - rolling: { n: count() over 1d delayed 1s }")]
    [InlineData("  - rolling: { n: count() over 1d delayed 2s }")]
    [InlineData("")]
    public async Task Rows_that_wait_in_a_step_that_does_not_go_on_as_it_was_are_not_lost_but_refused(string steps)
    {
        using var old = new Life(Plan("  - rolling: { n: count() over 1d delayed 1s }"));
        old.Feed(0, 100);

        var refused = await Assert.ThrowsAsync<JobFailed>(() => Upgraded(old, Plan(steps)));

        Assert.Contains("wait in step 'rolling-1'", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await blobs.List("pay/savepoints/new"));
    }

    [Fact]
    public async Task What_happened_since_the_snapshot_without_a_record_is_in_the_state()
    {
        using var old = new Life(Plan("  - rolling: { n: count() over 1d }"));
        old.Feed(0, 10);
        var later = old.Processor.Watermark + 5_000;
        using var next = await Upgraded(old, Plan("  - rolling: { n: count() over 1d }\n  - rolling: { added: count() over 1d }"), new SavedEvent(JournalEventKind.IdleAdvance, later));

        Assert.Equal(later, next.Processor.Watermark);
    }

    [Fact]
    public void Rows_on_their_way_to_the_next_stage_find_their_columns_by_name()
    {
        var (before, after) = (Plan(KeyedBy("sum(amount)"), key: false), Plan(KeyedBy("sum(id)"), key: false));
        using var first = new Life(before);
        first.Feed(0, 50);
        first.Processor.Flush();

        Assert.Throws<JobFailed>(() => WaitingBlocks.Convert(first.Output, Columns(before), Columns(after)));
        using var wide = new Life(Plan(KeyedBy("sum(amount) over 1d, m: sum(id)"), key: false));
        wide.Feed(0, 50);
        wide.Processor.Flush();
        using var next = new Life(after, stage: 1);
        next.Take(WaitingBlocks.Convert(wide.Output, Columns(wide.Plan), Columns(after)));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{Enumerable.Range(0, i + 1).Where(j => j % Life.Keys == i % Life.Keys).Sum()}"), next.Written("n"));
    }

    [Fact]
    public void Blocks_without_rows_are_taken_whatever_the_columns_are()
    {
        var (before, after) = (Plan(KeyedBy("sum(amount)"), key: false), Plan(KeyedBy("sum(id)"), key: false));
        using var first = new Life(before);
        first.Processor.AdvanceIdle(7_000);
        first.Processor.Flush();
        using var next = new Life(after, stage: 1);

        next.Take(WaitingBlocks.Convert(first.Output, Columns(before), Columns(after)));

        Assert.Equal(7_000, next.Processor.Watermark);
    }

    private static string KeyedBy(string aggregate) => $"  - key: key\n  - rolling: {{ n: {aggregate} over 1d }}";

    private static List<Engine.Columns.ColumnDef> Columns(JobPlan plan) => [.. ((ExchangeInput)plan.Stages[1].Input).Columns.Select(c => plan.Stages[1].Layout.Columns[c])];

    private static JobPlan Plan(string steps, string fields = "", bool key = true)
    {
        var result = JobCompiler.Compile(
            $$"""
            job: pay
            sources:
              events: { topic: events, fields: { id: long, key: long, ts: timestamp_ms, amount: long{{fields}} }, {{(key ? "key: key, " : "")}}event_time: ts, watermark: { delay: 1m } }
            steps:
              - from: events
            {{steps}}
              - to: { topic: out{{(key ? "" : ", fields: [n]")}} }
            """, "job.yaml", [], null, ".");
        Assert.Empty(result.Errors);
        return result.Plan!;
    }

    /// <summary>The same processor under another spec, from a savepoint of now.</summary>
    private async Task<Life> Upgraded(Life old, JobPlan after, params SavedEvent[] since)
    {
        await blobs.Write("old", stream => stream.Write(old.State()));
        var saved = new SavedProcessor(0, 0, 0, old.Processor.Position, old.Processor.Watermark, "old", 1, null, since, old.Processor.Tally, default);
        var submission = new JobSubmission { Spec = "new" };
        var record = new JobRecord { Job = "pay", Submission = submission, SpecHash = "", Revision = 2, Fingerprint = "", Slots = 1, Submitted = default, Wanted = true };
        var manifest = await new SavepointUpgrade(blobs, old.Plan, after).Write(
            new SavepointManifest(SavepointManifest.CurrentVersion, "pay", "old", DateTimeOffset.UnixEpoch, 1, new JobSubmission { Spec = "old" }, "", [1], [saved]), "new", record, default);

        Assert.Equal((2, "new", after.Fingerprint.ToString("x32", CultureInfo.InvariantCulture)), (manifest.Revision, manifest.Submission.Spec, manifest.Fingerprint));
        var moved = Assert.Single(manifest.Processors);
        Assert.Empty(moved.Events);
        Assert.NotNull(await new SavepointStore(blobs, "pay").Find("new"));
        await using var state = (await blobs.Open(moved.State!))!;
        Assert.Equal(state.Length, moved.StateBytes);
        var next = new Life(after);
        next.Processor.Restore(state, state.Length);
        Assert.Equal(old.Processor.Position, next.Processor.Position);
        return next;
    }

    /// <summary>A processor with what it wrote.</summary>
    private sealed class Life : IDisposable
    {
        public const int Keys = 4;

        public Life(JobPlan plan, int stage = 0)
        {
            Plan = plan;
            Processor = new PartitionProcessor(plan, plan.Stages[stage], 0, new ProcessorSetup([1, 1], (_, _, _) => throw new InvalidOperationException("no models here")), Output);
        }

        public JobPlan Plan { get; }

        public OutputBuffer Output { get; } = new();

        public PartitionProcessor Processor { get; }

        /// <summary>Takes events with these numbers, one for each second.</summary>
        public void Feed(int from, int to)
        {
            var inbox = new Inbox();
            for (var i = from; i < to; i++)
            {
                var value = Encoding.UTF8.GetBytes($"{{\"id\":{i},\"key\":{i % Keys},\"ts\":{1_000_000 + i * 1000},\"amount\":{i % 7}}}");
                inbox.Add(new RawRecord(i, 0, OutputBuffer.Null, inbox.Bytes.Append(value), default));
            }
            Take(inbox);
        }

        public void Take(Inbox inbox)
        {
            while (inbox.Remaining > 0) Processor.Apply(inbox, 1000);
        }

        /// <summary>Columns of each row that it wrote, in order.</summary>
        public IEnumerable<string> Written(params string[] columns) => Output.Records
            .Select(r => JsonDocument.Parse(Output.Bytes[r.Value].ToArray()).RootElement)
            .Where(r => columns.All(c => r.TryGetProperty(c, out _)))
            .Select(r => string.Join(' ', columns.Select(c => r.GetProperty(c).GetRawText())));

        public byte[] State()
        {
            var image = Processor.Share(0);
            var file = new MemoryStream();
            image.WriteTo(file);
            image.Release();
            return file.ToArray();
        }

        public void Dispose() => Processor.Dispose();
    }
}
