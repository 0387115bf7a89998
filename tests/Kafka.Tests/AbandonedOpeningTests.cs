using Confluent.Kafka;

namespace StreamGrains.Kafka.Tests;

/// <summary>A slot's producer that is given up while it opens.</summary>
public sealed class AbandonedOpeningTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(30), Look = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_producer_that_is_given_up_while_it_opens_asks_no_more_so_it_shuts_out_no_later_one()
    {
        using var cluster = new MockCluster();
        using var giveUp = new CancellationTokenSource();
        // As a broker answers while the transaction of the owner before is still ending: the client asks again and again.
        cluster.Refuse(MockCluster.InitProducerId, ErrorCode.ConcurrentTransactions);
        cluster.Track();
        var producer = new SlotProducer(new ProducerConfig { BootstrapServers = cluster.Bootstrap, TransactionalId = "job.0" }, transactional: true, giveUp.Token);
        Exception? ending = null;
        var opening = new Thread(() => ending = Record.Exception(() => producer.Init(Ample)));
        opening.Start();
        Eventually.True(() => cluster.Requests(MockCluster.InitProducerId) > 2, Ample, "it does not ask again");

        giveUp.Cancel();
        Assert.True(opening.Join(Ample));
        producer.Dispose();

        Assert.IsAssignableFrom<OperationCanceledException>(ending);
        var asked = cluster.Requests(MockCluster.InitProducerId);
        Thread.Sleep(Look);
        Assert.Equal(asked, cluster.Requests(MockCluster.InitProducerId));
    }
}
