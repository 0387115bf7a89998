using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.DeadLetters;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Commit;

/// <summary>What brokers will never take is found by asking for halves, and something else is sent in its place.</summary>
public sealed class RefusedOutputTests : IDisposable
{
    private static readonly CommitOutcome No = new(CommitVerdict.RecordRefused, "too large (MsgSizeTooLarge)") { TooLarge = true };

    private readonly FakeLog log = new();
    private readonly OutputBuffer outputs = new();
    private readonly List<string> told = [];
    private readonly JobPlan job = Plans.Job(
        Plans.Source(textKeys: true, [], new SinkPlan("first", "early", JsonFormat.Instance, null, -1, [0]), Plans.Exchange()),
        Plans.Keyed(textKeys: true, [], new SinkPlan("out", Plans.Results, JsonFormat.Instance, null, -1, [0])));

    [Theory]
    [InlineData(1, new[] { 0 })]
    [InlineData(1000, new[] { 999 })]
    [InlineData(1000, new[] { 0, 1, 500, 998 })]
    [InlineData(7, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    [InlineData(64, new int[0])]
    public void Every_record_that_is_refused_is_found_with_few_questions(int records, int[] refused)
    {
        var hunt = new RefusalHunt(records);
        var asked = 0;
        while (hunt.Next is var (first, count))
        {
            asked++;
            hunt.Answer(refused.Any(r => r >= first && r < first + count) ? No : CommitOutcome.Landed);
        }

        Assert.Equal(refused, hunt.Refused.Select(r => r.Number));
        Assert.InRange(asked, 1, 1 + (refused.Length * 2 * (int)Math.Ceiling(Math.Log2(records) + 1)));
    }

    [Fact]
    public void A_result_that_is_refused_becomes_a_dead_letter_and_all_others_are_sent_as_they_were()
    {
        for (var i = 0; i < 9; i++) Add(Plans.Results, $"value {i}", new OutputOrigin(3, 40 + i));
        log.Refusing = (interval, n) => n < interval.Outputs.Records.Count && TopicOf(n) == Plans.Results && ValueOf(n) == "value 4" ? No : null;

        Run();

        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"value {i}"), Enumerable.Range(0, 9).Select(ValueOf));
        Assert.Equal([4], Enumerable.Range(0, 9).Where(n => TopicOf(n) == Plans.DeadLetters));
        var headers = HeadersOf(4);
        Assert.Equal("topic 'results' does not take it: too large (MsgSizeTooLarge)", headers[DeadLetterHeaders.Reason]);
        Assert.Equal((Plans.Results, "key", "events", "3", "44"), (headers[DeadLetterHeaders.Sink], headers[DeadLetterHeaders.Stage], headers[DeadLetterHeaders.Topic], headers[DeadLetterHeaders.Partition], headers[DeadLetterHeaders.Offset]));
        Assert.Equal(1, outputs.Refused);
        Assert.Single(log.Journal);
        // By fence and journal before the questions, and again after them.
        Assert.Equal(2, log.Opened);
        Assert.Contains(told, t => t.Contains("a record of commit 1 of slot 0, nor ever will", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dead_letter_that_is_refused_is_cut_once_and_then_the_job_stops()
    {
        Add(Plans.DeadLetters, new string('x', 5000), new OutputOrigin(0, 7));
        log.Refusing = (_, n) => n == 0 && ValueOf(0).Length > 2000 ? No : null;
        Run();
        Assert.Equal(1024, ValueOf(0).Length);
        Assert.Contains("a value of 5000 bytes and 0 bytes of headers, of offset 7 of events[0]", HeadersOf(0)[DeadLetterHeaders.Cut], StringComparison.Ordinal);

        log.Refusing = (_, n) => n == 0 ? No : null;
        Assert.Contains("takes not even a dead letter that is cut", Assert.Throws<JobFailed>(Run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_that_is_too_large_is_split_until_it_fits_and_its_watermark_comes_with_the_last_row()
    {
        const int Rows = 5;
        var rows = new RowBatch(new RowLayout([.. Enumerable.Range(0, 5).Select(c => job.Stages[1].Layout.Columns[c])]));
        rows.EnsureCapacity(Rows);
        for (var row = 0; row < Rows; row++)
        {
            (rows.Columns[0].Longs[row], rows.Time[row], rows.OriginPartition[row], rows.OriginOffset[row]) = (row, 100 + row, 2, 50 + row);
            rows.Columns[2].Texts[row] = rows.Text.Append($"key {row}");
            rows.Columns[4].Texts[row] = rows.Text.Append(new string('n', 100));
        }
        rows.Count = Rows;
        outputs.Add(Plans.Internal, 1, 104, OutputBuffer.Null, BlockWriter.Write(rows, 2, 99, outputs.Bytes));
        log.Refusing = (interval, n) => n < interval.Outputs.Records.Count && interval.Outputs.Records[n].Value.Length > 300 ? No : null;

        Run();

        var ids = new List<long>();
        var watermarks = new List<long>();
        foreach (var record in outputs.Records)
        {
            Assert.Equal((Plans.Internal, 1), (outputs.TopicName(record.Topic), record.Partition));
            var part = new RowBatch(rows.Layout);
            Assert.True(BlockReader.TryRead(outputs.Bytes[record.Value], part, [0, 1, 2, 3, 4], out var header));
            ids.AddRange(part.Columns[0].Longs[..part.Count]);
            watermarks.Add(header.Watermark);
        }
        Assert.Equal([0, 1, 2, 3, 4], ids);
        Assert.All(watermarks.SkipLast(1), w => Assert.Equal(long.MinValue, w));
        Assert.Equal(99, watermarks[^1]);
        Assert.Equal(0, outputs.Refused);
    }

    [Fact]
    public void A_journal_record_that_is_refused_stops_the_job_and_names_topic_and_setting()
    {
        Add(Plans.Results, "value", OutputOrigin.None);
        log.Refusing = (interval, n) => n == interval.Outputs.Records.Count ? No : null;

        var failure = Assert.Throws<JobFailed>(Run);

        Assert.Contains("the topic 'job.journal' does not take the journal record of commit 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes", failure.Message, StringComparison.Ordinal);
        Assert.Empty(log.Journal);
    }

    [Fact]
    public void Records_that_are_refused_only_together_are_not_touched_and_not_sent_for_ever()
    {
        Add(Plans.Results, "value", OutputOrigin.None);
        for (var i = 0; i < 3; i++) log.Verdicts.Enqueue((No, false));
        Run();
        Assert.Equal((Plans.Results, 4), (TopicOf(0), log.Attempts.Count));

        for (var i = 0; i < 4; i++) log.Verdicts.Enqueue((No, false));
        Assert.Contains("and not all together", Assert.Throws<JobFailed>(() => Run(sequence: 2)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => log.Dispose();

    private void Add(string topic, string value, OutputOrigin origin) => outputs.Add(topic, -1, 5, OutputBuffer.Null, outputs.Bytes.Append(value), default, origin);

    private string TopicOf(int record) => outputs.TopicName(outputs.Records[record].Topic);

    private string ValueOf(int record) => Encoding.UTF8.GetString(outputs.Bytes[outputs.Records[record].Value]);

    private Dictionary<string, string> HeadersOf(int record)
    {
        var headers = new Dictionary<string, string>();
        for (var rest = outputs.Bytes[outputs.Records[record].Headers]; HeaderCodec.TryRead(ref rest, out var name, out var value, out _);)
            headers[Encoding.UTF8.GetString(name)] = Encoding.UTF8.GetString(value);
        return headers;
    }

    private void Run() => Run(1);

    private void Run(long sequence)
    {
        if (sequence == 1) log.Journal.Clear();
        var record = new JournalRecord("job", sequence, Guid.Empty, 7, 0, 1, false, [], []);
        var interval = new FrozenInterval(record, JournalCodec.Encode(record), outputs, new Dictionary<TopicPartition, long>(), []);
        new CommitCycle(job, log, _ => ValueTask.CompletedTask, told.Add).Run(interval).AsTask().GetAwaiter().GetResult();
    }
}
