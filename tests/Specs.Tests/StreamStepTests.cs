using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Specs.Tests;

public class StreamStepTests
{
    private const string Step = "  - to: { stream: { provider: alerts, namespace: fraud, key: id }, when: amount > 1, fields: [id, amount] }\n";

    [Fact]
    public void A_stream_is_a_sink_to_a_topic_of_the_jobs_own_keyed_by_the_streams_key()
    {
        var plan = Compile.Steps(Step);

        var sink = Assert.Single(plan.Stages[0].Steps.OfType<SinkPlan>());
        Assert.Equal(("test.alerts.fraud.stream", JsonFormat.Instance, 0), (sink.Topic, sink.Format, sink.KeyColumn));
        Assert.Equal(new OutboxPlan("test.alerts.fraud.stream", new StreamTarget("alerts", "fraud")), Assert.Single(plan.Outboxes));
    }

    [Fact]
    public void Two_steps_to_the_same_streams_share_a_topic_which_is_the_same_in_every_generation()
    {
        var plan = Compile.Steps(Step + "  - to: { stream: { provider: alerts, namespace: fraud, key: name } }\n");

        Assert.Equal(2, plan.Stages[0].Steps.Count);
        Assert.Equal(plan.Outboxes, plan.AtGeneration(3).Outboxes);
        Assert.Single(plan.Outboxes);
    }

    [Theory]
    [InlineData("topic: a, stream: { provider: a, namespace: b, key: id }", "a 'to' step writes to a 'topic' or to a 'stream'; make two steps of it")]
    [InlineData("key: id, stream: { provider: a, namespace: b, key: id }", "the key of a stream is said in 'stream': { provider: ..., namespace: ..., key: COLUMN }")]
    [InlineData("format: csv, stream: { provider: a, namespace: b, key: id }", "what goes to a stream is json")]
    [InlineData("stream: { provider: a b, namespace: b, key: id }", "the provider's name has a ' '; letters, digits, '.', '_' and '-' are possible: it is a part of an internal topic's name")]
    [InlineData("stream: { provider: a, namespace: \"\", key: id }", "the namespace's name is empty: it is a part of an internal topic's name")]
    [InlineData("stream: { provider: a, namespace: b, key: idd }", "unknown column 'idd'; did you mean 'id'?")]
    [InlineData("stream: { provider: a, namespace: b, key: other }", "'other' can be null, and a key cannot; say what null counts as in a derive step: coalesce(other, '')")]
    [InlineData("stream: { provider: a, namespace: b }", "'key' is missing here")]
    [InlineData("topic: test.a.b.stream", "'test.a.b.stream' is one of the job's own topics")]
    public void What_does_not_go_together_is_said(string to, string expected) => Assert.Equal(expected, Compile.BadSteps($"  - to: {{ {to} }}\n")[0]);

    [Fact]
    public void Two_pairs_of_names_never_share_a_topic() => Assert.Contains(
        "another part of the job has the topic 'test.a.b.c.stream' already: rename the provider or the namespace",
        Compile.BadSteps("  - to: { stream: { provider: a.b, namespace: c, key: id } }\n  - to: { stream: { provider: a, namespace: b.c, key: id } }\n"));

    [Fact]
    public void The_explanation_names_stream_and_topic()
    {
        var text = SpecExplainer.Explain(Compile.Steps(Step));

        Assert.Contains("""
              to        stream fraud of provider alerts, json, key id, when amount > 1
                        through test.alerts.fraud.stream, on silos only
                        id, amount
            """, text, StringComparison.Ordinal);
        Assert.Contains("""
              internal  test.alerts.fraud.stream
                        test.journal, one partition per slot
              write     test.dead-letters
              stream    fraud of provider alerts
            """, text, StringComparison.Ordinal);
    }
}
