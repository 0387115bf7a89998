using System.Text;
using StreamGrains.Interop.OrleansStreamsKafka;

namespace StreamGrains.Kafka.Tests.Interop;

/// <summary>Records as Orleans.Streams.Kafka 8.0.2 wrote them.</summary>
[Collection(BrokerCollection.Name)]
public sealed class EventTopicTests(TestBroker broker) : IDisposable
{
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];

    public void Dispose() => TestTopics.Delete(broker.Bootstrap, mark);

    [Fact]
    public void Events_of_the_provider_become_plain_records_each_once_also_over_a_restart()
    {
        TestTopics.Create(broker.Bootstrap, $"own-{mark}", 2);
        TestTopics.Create(broker.Bootstrap, $"plain-{mark}", 2);
        Produce("42", Batch("""{"$id":"2","$type":"Alert, app","customer_id":42,"amount":1.5}""", """{"$ref":"2"}"""));
        Produce("42", "no batch");
        var skipped = new List<string>();
        Run(skipped, until: 2);
        Produce("43", Batch("""{"$id":"2","$type":"Alert, app","customer_id":43,"amount":2.0}"""));
        Run(skipped, until: 3);

        var records = Plain();
        Assert.Equal(
            ["42 {\"customer_id\":42,\"amount\":1.5}", "42 {\"customer_id\":42,\"amount\":1.5}", "43 {\"customer_id\":43,\"amount\":2.0}"],
            records.Select(r => $"{Encoding.UTF8.GetString(r.Message.Key)} {Encoding.UTF8.GetString(r.Message.Value)}").Order());
        Assert.All(records, r => Assert.Equal(1795823467965, r.Message.Timestamp.UnixTimestampMs));
        Assert.Contains("is no batch of events, and is left out", Assert.Single(skipped), StringComparison.Ordinal);
    }

    private void Run(List<string> skipped, int until)
    {
        using var stop = new CancellationTokenSource();
        var options = new EventTopicOptions { Bootstrap = broker.Bootstrap, From = $"own-{mark}", To = $"plain-{mark}", Group = $"copy-{mark}", Skipped = skipped.Add };
        var running = Task.Factory.StartNew(() => new EventTopic(options).Run(stop.Token), TaskCreationOptions.LongRunning);
        Eventually.True(() => running.IsCompleted || Plain().Count >= until, TimeSpan.FromMinutes(1), () => $"there are {Plain().Count} plain records of {until}");
        stop.Cancel();
        running.GetAwaiter().GetResult();
    }

    private List<Confluent.Kafka.ConsumeResult<byte[], byte[]>> Plain() => [.. TestTopics.ReadCommitted(broker.Bootstrap, $"plain-{mark}")];

    private void Produce(string key, string value) => TestTopics.Produce(broker.Bootstrap, $"own-{mark}", [(key, Encoding.UTF8.GetBytes(value), 1795823467965)]);

    private static string Batch(params string[] events) =>
        """{"$id":"1","$type":"Orleans.Streams.Kafka.Core.KafkaBatchContainer, Orleans.Streams.Kafka","Events":{"$type":"System.Collections.Generic.List`1[[System.Object, System.Private.CoreLib]], System.Private.CoreLib","$values":["""
        + string.Join(',', events)
        + """]},"StreamId":{"$id":"9","$type":"Orleans.Runtime.StreamId, Orleans.Streaming","fk":{"$type":"System.Byte[], System.Private.CoreLib","$value":"b3duNTQ0ODQ3NDI="},"ki":9,"fh":1827332550}}""";
}
