using System.Text;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Tests;

/// <summary>An embedded broker for the tests of a class, and plain client code to look at what is in it.</summary>
public sealed class EmbeddedBrokerFixture : IDisposable
{
    private readonly EmbeddedBroker broker = new();

    public string Bootstrap => broker.Bootstrap;

    public void Create(string topic) => broker.Create(topic);

    /// <summary>All records of a topic, in the order of each partition.</summary>
    public IReadOnlyList<(int Partition, string? Key, string Value, long Time)> Read(string topic) =>
        [.. TestTopics.ReadCommitted(Bootstrap, topic).Select(r => (r.Partition.Value, Text(r.Message.Key), Text(r.Message.Value)!, r.Message.Timestamp.UnixTimestampMs))];

    public void Dispose() => broker.Dispose();

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
