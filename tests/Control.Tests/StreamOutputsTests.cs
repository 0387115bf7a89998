namespace StreamGrains.Control.Tests;

public class StreamOutputsTests
{
    private const string Step = "  - to: { stream: { provider: alerts, namespace: fraud, key: id }, when: amount > 1, fields: [id, amount] }\n";

    [Fact]
    public void A_process_says_why_it_cannot_publish()
    {
        var plan = Compile.Steps(Step);
        const string Begin = "job 'test' writes to stream 'fraud' of provider 'alerts'";

        Assert.Equal($"{Begin}, which needs a silo, and this process is none: hand the job in to a silo, or write to a topic with 'to: {{ topic: NAME }}'", StreamOutputs.Problem(plan, null));
        Assert.Equal($"{Begin}, and the silo has no stream provider of that name. Did you mean 'alert'?", StreamOutputs.Problem(plan, ["alert", "b"]));
        Assert.Equal($"{Begin}, and the silo has no stream provider of that name. It has 'other', 'queue-b'.", StreamOutputs.Problem(plan, ["queue-b", "other"]));
        Assert.EndsWith("It has none at all: add one to the silo's host, with AddMemoryStreams(...) or the like.", StreamOutputs.Problem(plan, []), StringComparison.Ordinal);
        Assert.Null(StreamOutputs.Problem(plan, ["alerts"]));
        Assert.Null(StreamOutputs.Problem(Compile.Steps("  - to: { topic: a }\n"), null));
    }
}
