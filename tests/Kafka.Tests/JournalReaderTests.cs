using Confluent.Kafka;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka.Tests;

/// <summary>A journal that somebody else writes to.</summary>
[Collection(BrokerCollection.Name)]
public sealed class JournalReaderTests(TestBroker broker)
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_waits_for_a_commit_that_is_on_its_way_and_reads_it_then()
    {
        var mark = Guid.NewGuid().ToString("N")[..8];
        var topic = $"journal-{mark}";
        TestTopics.Create(broker.Bootstrap, topic, 1);
        var reader = new JournalReader(new KafkaSettings(broker.Bootstrap), new TopicPartition(topic, 0), _ => { });
        reader.AwaitSettled(CancellationToken.None);

        using var owner = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = broker.Bootstrap, TransactionalId = $"owner-{mark}" }).Build();
        owner.InitTransactions(Ample);
        owner.BeginTransaction();
        owner.Produce(topic, new Message<Null, byte[]> { Value = [1] });
        owner.Flush(Ample);
        Assert.Empty(reader.Read(tailOnly: true, CancellationToken.None));

        var settled = Task.Run(() => reader.AwaitSettled(CancellationToken.None));
        Assert.NotSame(settled, await Task.WhenAny(settled, Task.Delay(TimeSpan.FromSeconds(1))));
        owner.CommitTransaction(Ample);
        await settled.WaitAsync(Ample);
        Assert.Equal([1], Assert.Single(reader.Read(tailOnly: true, CancellationToken.None)));
        TestTopics.Delete(broker.Bootstrap, mark);
    }
}
