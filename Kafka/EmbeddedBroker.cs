using System.Globalization;
using Confluent.Kafka;
using StreamGrains.Kafka.Native;

namespace StreamGrains.Kafka;

/// <summary>
/// librdkafka's mock cluster: one broker of the real protocol within this process, on a port of the loopback address, for demos and tests. Topics appear on first
/// use with four partitions, of which it keeps 5 MB each; aborted transactions are not isolated. It lives until disposed.
/// </summary>
public sealed class EmbeddedBroker : IDisposable
{
    private readonly IAdminClient owner;

    public EmbeddedBroker()
    {
        PackagedLibrary.Load();
        var config = new AdminClientConfig();
        config.Set("test.mock.num.brokers", "1");
        owner = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var broker = owner.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
        Bootstrap = string.Create(CultureInfo.InvariantCulture, $"{broker.Host}:{broker.Port}");
    }

    /// <summary>Address for clients, <c>127.0.0.1:PORT</c>.</summary>
    public string Bootstrap { get; }

    /// <summary>Makes topics appear.</summary>
    public void Create(params IEnumerable<string> topics)
    {
        foreach (var topic in topics) owner.GetMetadata(topic, TimeSpan.FromSeconds(10));
    }

    public void Dispose() => owner.Dispose();
}
