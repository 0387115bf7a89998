using Confluent.Kafka;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Kafka.Tests;

/// <summary>A job of a server whose unread records are gone goes on without them where a person accepts that.</summary>
[Collection(BrokerCollection.Name)]
public sealed class AcceptedLossTests(TestBroker broker) : CountingJobs(broker)
{
    private readonly TestBroker broker = broker;

    [Fact]
    public async Task A_job_whose_unread_records_are_gone_goes_on_when_it_is_handed_in_with_that_loss()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        await Control.Stop(Name, default);
        Produce(400);
        Cut();
        await Control.Start(Name, default);
        await Until(() => Problem().Contains("Go on without them with `--accept-loss", StringComparison.Ordinal), "the loss is told");

        var wrong = await Control.Submit(new JobSubmission { Spec = Spec, AcceptLoss = ["0"] }, default);
        Assert.Equal("'acceptLoss' holds '0': a partition reads TOPIC[P], such as payments[3]", wrong.Refusal!.Message);
        var answer = await Control.Submit(new JobSubmission { Spec = Spec, AcceptLoss = [.. Enumerable.Range(0, 4).Select(p => $"{Source}[{p}]")] }, default);
        Assert.Equal((SubmitOutcome.Upgraded, 2), (answer.Value!.Outcome, answer.Value.Revision));
        Produce(400);
        await Written("recounts", 800);

        // What was cut is not counted, and what was counted before it stays.
        Assert.All(Counts("counts").Values, c => Assert.Equal(Enumerable.Range(1, 800 / Keys), c));
        Assert.Equal((SubmitOutcome.Upgraded, 3), await Again());
        Produce(40);
        await Written("recounts", 840);
    }

    private string Source => Spec.Split("topic: ")[1].Split('\n')[0].Trim();

    private string Problem() => string.Join(' ', Control.Status(Name, default).GetAwaiter().GetResult().Value!.Slots.Select(s => s.LastFailure?.Message));

    private async Task<(SubmitOutcome, int)> Again()
    {
        var answer = await Control.Submit(new JobSubmission { Spec = Spec }, default);
        return (answer.Value!.Outcome, answer.Value.Revision);
    }

    private void Cut()
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = broker.Bootstrap }).Build();
        admin.DeleteRecordsAsync(Enumerable.Range(0, 4).Select(p => new TopicPartitionOffset(Source, p, Offset.End))).GetAwaiter().GetResult();
    }
}
