using StreamGrains.Control.Savepoints;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Specs;

namespace StreamGrains.Control.Tests.Savepoints;

public sealed class GenerationTests
{
    private static readonly JobPlan Plan = JobCompiler.Compile(
        """
        job: pay
        sources:
          events: { topic: events, fields: { id: long, other: long, ts: timestamp_ms }, key: id, event_time: ts }
        steps:
          - from: events
          - key: other
          - rolling: { n: count() over 1d }
          - to: { topic: counted }
        """, "job.yaml", [], null, ".").Plan!;

    [Fact]
    public void A_generation_has_a_journal_and_internal_topics_of_its_own_and_the_same_sources_and_outputs()
    {
        var third = Plan.AtGeneration(3);
        Assert.Equal(("pay.journal", "pay.journal.3"), (Plan.JournalTopic, third.JournalTopic));
        Assert.Equal(["events", "pay.by-other.3"], third.Stages.Select(s => s.Input.Topic));
        Assert.Equal("pay.by-other.3", third.Stages[0].Steps.OfType<ExchangePlan>().Single().Topic);
        Assert.Equal(Plan.Fingerprint, third.Fingerprint);
        Assert.Equal(Plan.DeadLetterTopic, third.DeadLetterTopic);
    }

    [Theory]
    [InlineData(1, "events", "pay.journal")]
    [InlineData(4, "pay.journal", "pay.journal.2", "pay.journal.4", "pay.by-other.9")]
    [InlineData(1, "pay.journal.x", "payments.journal.7")]
    [InlineData(12, "pay.journal.9", "pay.journal.12")]
    public void The_newest_generation_is_seen_by_its_journal(int newest, params string[] topics) => Assert.Equal(newest, Plan.LatestGeneration(topics));

    [Theory]
    [InlineData("20261127T203000.123Z", true)]
    [InlineData("before-the-upgrade", true)]
    [InlineData("../other", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/b", false)]
    [InlineData("", false)]
    public void A_savepoint_has_a_name_that_leads_nowhere_else(string name, bool good) => Assert.Equal(good, SavepointStore.IsId(name));
}
