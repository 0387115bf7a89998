using System.Globalization;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine;
using StreamGrains.Engine.DeadLetters;

namespace StreamGrains.Kafka.Tests;

/// <summary>What brokers will never take holds nothing up: one row's result becomes a dead letter, and all others land once.</summary>
[Collection(BrokerCollection.Name)]
public sealed class RefusedRecordTests : IDisposable
{
    private const int Rows = 40, Odd = 17;
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];
    private readonly long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private readonly TestBroker broker;

    public RefusedRecordTests(TestBroker broker)
    {
        this.broker = broker;
        TestTopics.Create(broker.Bootstrap, $"rows-{mark}", 1);
    }

    [Theory]
    [InlineData("exactly-once", "max.message.bytes", "3000", "MsgSizeTooLarge")]
    [InlineData("exactly-once", "cleanup.policy", "compact", "InvalidRecord")]
    [InlineData("exactly-once", "message.timestamp.before.max.ms", "3600000", "InvalidTimestamp")]
    [InlineData("at-least-once", "max.message.bytes", "3000", "MsgSizeTooLarge")]
    [InlineData("at-least-once", "cleanup.policy", "compact", "InvalidRecord")]
    [InlineData("at-least-once", "message.timestamp.before.max.ms", "3600000", "InvalidTimestamp")]
    public void A_result_that_its_topic_never_takes_is_a_dead_letter_and_the_others_land_once(string guarantee, string setting, string value, string reason)
    {
        Create($"out-{mark}", setting, value);
        Produce(n => n == Odd && reason == "MsgSizeTooLarge" ? new string('x', 5_000) : "short", n => n == Odd && reason == "InvalidRecord" ? "null" : "\"a\"", n => n == Odd && reason == "InvalidTimestamp" ? now - 100_000_000 : now + n);
        using var job = new TestJob(broker.Bootstrap, Spec(guarantee), ".");

        job.RunToEnd();

        // The row that is refused is in the state all the same: counts go on behind it.
        var results = TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Select(r => JsonDocument.Parse(r.Message.Value).RootElement).ToList();
        Assert.Equal(Enumerable.Range(0, Rows).Where(n => n != Odd), results.Select(r => r.GetProperty("n").GetInt32()).Order());
        Assert.Equal(Rows, results.Max(r => r.GetProperty("seen").GetInt32()));
        var letter = Assert.Single(TestTopics.ReadCommitted(broker.Bootstrap, $"refused-{mark}.dead-letters"));
        Assert.Equal(Odd, JsonDocument.Parse(letter.Message.Value).RootElement.GetProperty("n").GetInt32());
        Assert.StartsWith($"topic 'out-{mark}' does not take it: ", TestTopics.Header(letter, DeadLetterHeaders.Reason), StringComparison.Ordinal);
        Assert.Contains(reason, TestTopics.Header(letter, DeadLetterHeaders.Reason), StringComparison.Ordinal);
        Assert.Equal($"out-{mark}", TestTopics.Header(letter, DeadLetterHeaders.Sink));
        Assert.Equal(($"rows-{mark}", "0", $"{Odd}"), (TestTopics.Header(letter, DeadLetterHeaders.Topic), TestTopics.Header(letter, DeadLetterHeaders.Partition), TestTopics.Header(letter, DeadLetterHeaders.Offset)));
        Assert.Contains(job.Notices, n => n.Contains("nor ever will", StringComparison.Ordinal));
    }

    [Theory, InlineData("exactly-once"), InlineData("at-least-once")]
    public void Results_that_are_too_large_only_together_are_sent_in_smaller_batches(string guarantee)
    {
        Create($"out-{mark}", "max.message.bytes", "1000");
        Produce(_ => "short", _ => "\"a\"", n => now + n);
        using var job = new TestJob(broker.Bootstrap, Spec(guarantee), ".");

        job.RunToEnd();

        Assert.Equal(Rows, TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Select(r => JsonDocument.Parse(r.Message.Value).RootElement.GetProperty("n").GetInt32()).Distinct().Count());
        Assert.Equal(Rows, TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Count());
        Assert.Empty(TestTopics.ReadCommitted(broker.Bootstrap, $"refused-{mark}.dead-letters"));
    }

    [Fact]
    public void A_dead_letter_that_its_topic_does_not_take_is_cut_and_says_where_the_rest_is()
    {
        Create($"refused-{mark}.dead-letters", "max.message.bytes", "3000");
        Produce(n => n == Odd ? new string('x', 50_000) : "short", _ => "\"a\"", n => now + n, broken: Odd);
        using var job = new TestJob(broker.Bootstrap, Spec("exactly-once"), ".");

        job.RunToEnd();

        Assert.Equal(Rows - 1, TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Count());
        var letter = Assert.Single(TestTopics.ReadCommitted(broker.Bootstrap, $"refused-{mark}.dead-letters"));
        Assert.Equal(1024, letter.Message.Value.Length);
        Assert.Contains("is not", TestTopics.Header(letter, DeadLetterHeaders.Reason), StringComparison.Ordinal);
        Assert.Contains($"of offset {Odd} of rows-{mark}[0]", TestTopics.Header(letter, DeadLetterHeaders.Cut), StringComparison.Ordinal);
        Assert.Contains("a value of 50", TestTopics.Header(letter, DeadLetterHeaders.Cut), StringComparison.Ordinal);
    }

    [Theory, InlineData("exactly-once"), InlineData("at-least-once")]
    public void A_dead_letter_has_all_headers_of_its_record_and_an_empty_one_is_not_null(string guarantee)
    {
        const int Many = 150;
        using (var producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = broker.Bootstrap }).Build())
        {
            var headers = new Headers { { "empty", [] }, { "null", null }, { "twice", [1] }, { "twice", [2] } };
            for (var i = 0; i < Many; i++) headers.Add($"h{i}", [(byte)i]);
            producer.Produce($"rows-{mark}", new Message<Null, byte[]> { Value = "none"u8.ToArray(), Headers = headers });
            Assert.Equal(0, producer.Flush(TimeSpan.FromMinutes(1)));
        }
        using var job = new TestJob(broker.Bootstrap, Spec(guarantee), ".");

        job.RunToEnd();

        var kept = Assert.Single(TestTopics.ReadCommitted(broker.Bootstrap, $"refused-{mark}.dead-letters")).Message.Headers;
        Assert.Equal(["empty", "null", "twice", "twice", .. Enumerable.Range(0, Many).Select(i => $"h{i}")], kept.Select(h => h.Key).Where(k => !k.StartsWith(DeadLetterHeaders.Prefix, StringComparison.Ordinal)));
        Assert.Equal([], kept[0].GetValueBytes());
        Assert.Null(kept[1].GetValueBytes());
        Assert.Equal((byte)149, kept.GetLastBytes("h149")[0]);
    }

    [Fact]
    public void Blocks_between_stages_that_are_too_large_are_split()
    {
        Create($"refused-{mark}.by-note", "max.message.bytes", "600");
        Produce(n => $"note {n % 5}", _ => "\"a\"", n => now + n);
        using var job = new TestJob(broker.Bootstrap, Spec("exactly-once", "  - key: note\n  - rolling: { of_note: count() over 1d }\n"), ".");

        job.RunToEnd();

        var results = TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Select(r => JsonDocument.Parse(r.Message.Value).RootElement).ToList();
        Assert.Equal(Enumerable.Range(0, Rows), results.Select(r => r.GetProperty("n").GetInt32()).Order());
        Assert.All(results, r => Assert.Equal(r.GetProperty("n").GetInt32() / 5 + 1, r.GetProperty("of_note").GetInt32()));
    }

    [Theory, InlineData("exactly-once"), InlineData("at-least-once")]
    public void A_journal_that_does_not_take_its_record_stops_the_job_and_names_topic_and_setting(string guarantee)
    {
        Create($"refused-{mark}.journal", "max.message.bytes", "80");
        Produce(_ => "short", _ => "\"a\"", n => now + n);
        using var job = new TestJob(broker.Bootstrap, Spec(guarantee), ".");

        var failure = Assert.Throws<JobFailed>(() => job.RunToEnd());

        Assert.Contains($"the topic 'refused-{mark}.journal' does not take the journal record", failure.Message, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compacted_topic_for_results_that_have_no_key_is_refused_at_the_start_and_one_for_keys_that_may_be_null_is_told()
    {
        Create($"out-{mark}", "cleanup.policy", "compact");
        using var keyed = new TestJob(broker.Bootstrap, Spec("exactly-once"), ".");
        using var keyless = new TestJob(broker.Bootstrap, Spec("exactly-once").Replace(", key: k }", " }", StringComparison.Ordinal), ".");

        keyed.RunToEnd();
        Assert.Contains(keyed.Notices, n => n.Contains("results whose 'k' is null become dead letters", StringComparison.Ordinal));
        Assert.Contains("give the `to` step a key", Assert.Throws<JobFailed>(() => keyless.RunToEnd()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_stopped_with_commits_that_do_not_land_says_which_slots_have_not_committed()
    {
        Produce(_ => "short", _ => "\"a\"", n => now + n);
        using var job = new TestJob(broker.Bootstrap, Spec("exactly-once"), ".");
        using var stop = new CancellationTokenSource();

        var stopped = job.RunToEnd(wrap: inner => new FaultyCluster(inner, Never), options: o => o with { StopGrace = TimeSpan.FromSeconds(1) }, stop: stop.Token);
        Assert.Equal([0], stopped.Uncommitted);

        Assert.Empty(job.RunToEnd().Uncommitted);
        Assert.Equal(Rows, TestTopics.ReadCommitted(broker.Bootstrap, $"out-{mark}").Count());

        CommitFault Never()
        {
            stop.Cancel();
            return CommitFault.NothingSent;
        }
    }

    public void Dispose() => TestTopics.Delete(broker.Bootstrap, mark);

    private string Spec(string guarantee, string steps = "") => $$"""
        job: refused-{{mark}}
        guarantee: {{guarantee}}
        sources:
          rows:
            topic: rows-{{mark}}
            key: who
            fields: { n: long, who: string, note: string, k: "string?", ts: timestamp_ms }
            event_time: ts
            watermark: { delay: 2d }
        steps:
          - from: rows
          - rolling: { seen: count() over 7d }
        {{steps}}  - to: { topic: out-{{mark}}, key: k }
        """;

    private void Create(string topic, string setting, string value)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).Build();
        admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1, Configs = new() { [setting] = value } }]).GetAwaiter().GetResult();
    }

    private void Produce(Func<int, string> note, Func<int, string> key, Func<int, long> time, int broken = -1) => TestTopics.Produce(
        broker.Bootstrap, $"rows-{mark}", Enumerable.Range(0, Rows).Select(n => ((string?)"w", (byte[]?)Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"n\":{(n == broken ? "\"none\"" : n)},\"who\":\"w\",\"note\":\"{note(n)}\",\"k\":{key(n)},\"ts\":{time(n)}}}")), now)));
}
