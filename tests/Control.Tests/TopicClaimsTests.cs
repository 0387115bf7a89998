using StreamGrains.Engine.Plan;

namespace StreamGrains.Control.Tests;

public sealed class TopicClaimsTests
{
    [Theory]
    [InlineData("victim.by-shop")]
    [InlineData("victim.by-shop.2")]
    [InlineData("victim.dead-letters")]
    [InlineData("victim.changes")]
    [InlineData("victim.alerts.fraud.stream")]
    public void A_topic_beside_the_journal_of_another_job_is_that_job_s(string topic)
    {
        string[] there = ["events", "victim.journal.3"];

        Assert.Contains("job 'victim's own", TopicClaims.Problem(Job("test", topic), there, []), StringComparison.Ordinal);
        Assert.Contains("job 'victim's own", TopicClaims.Problem(Job("test", "out", more: $"\ndead_letters: {{ topic: {topic} }}"), there, []), StringComparison.Ordinal);
        Assert.Null(TopicClaims.Problem(Job("test", topic), ["events", "other.journal"], []));
    }

    [Theory]
    [InlineData("victim.results")]
    [InlineData("victim.stream")]
    [InlineData("victims.by-shop")]
    [InlineData("victim")]
    public void Other_topics_whose_names_begin_like_a_job_are_free(string topic) => Assert.Null(TopicClaims.Problem(Job("test", topic), ["victim.journal"], []));

    [Fact]
    public void A_job_that_has_not_started_yet_owns_its_topics_as_well()
    {
        WrittenTopics victim = new("victim", ["results"], "bad");

        Assert.Contains("'victim.by-shop', which is job 'victim's own", TopicClaims.Problem(Job("test", "victim.by-shop"), [], [victim]), StringComparison.Ordinal);
        Assert.Contains("where the dead letters of job 'victim' go", TopicClaims.Problem(Job("test", "bad"), [], [victim]), StringComparison.Ordinal);
    }

    [Fact]
    public void Jobs_may_share_results_and_a_topic_of_dead_letters()
    {
        WrittenTopics other = new("other", ["results"], "bad");

        Assert.Null(TopicClaims.Problem(Job("test", "results", more: "\ndead_letters: { topic: bad }"), ["test.journal", "other.journal"], [other, new("test", [], null)]));
    }

    [Theory]
    [InlineData("test.by-name")]
    [InlineData("test.dead-letters")]
    public void What_another_job_writes_already_is_not_a_new_job_s_own(string topic) =>
        Assert.Contains($"job 'other' writes to '{topic}'", TopicClaims.Problem(Job("test", "out"), [], [new("other", [topic], "other.dead-letters")]), StringComparison.Ordinal);

    [Theory]
    [InlineData("shop.members", "shop")]
    [InlineData("shop", "shop.streams")]
    public void Two_jobs_have_no_consumer_group_in_common(string job, string other) =>
        Assert.Contains("a consumer group in common", TopicClaims.Problem(Job(job, "out"), [$"{other}.journal"], []), StringComparison.Ordinal);

    private static JobPlan Job(string name, string topic, string more = "") =>
        Compile.Good($"{Compile.Source.Replace("job: test", $"job: {name}", StringComparison.Ordinal)}  - key: name\n  - to: {{ topic: {topic} }}{more}");
}
