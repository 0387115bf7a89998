using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine.Journal;

namespace StreamGrains.Kafka;

/// <summary>Asks a cluster for its id and for the ids of topics (KIP-516; brokers before 2.8 give none).</summary>
internal static class TopicIds
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Throws <see cref="KafkaException"/> when the cluster does not answer. Of librdkafka's mock cluster, which has no controller to ask, nothing is known.</summary>
    public static TopicIdentities Ask(IAdminClient admin, IReadOnlyCollection<string> topics) =>
        TopicMaker.IsMock(admin) ? TopicIdentities.Unknown : new(Cluster(admin), Topics(admin, topics));

    private static string Cluster(IAdminClient admin) =>
        admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = Patience }).GetAwaiter().GetResult().ClusterId ?? "";

    private static Dictionary<string, TopicIdentity> Topics(IAdminClient admin, IReadOnlyCollection<string> topics)
    {
        var found = new Dictionary<string, TopicIdentity>();
        foreach (var topic in Describe(admin, topics))
            if (!topic.Error.IsError) found[topic.Name] = new TopicIdentity(topic.TopicId is { } id ? Id(id) : Guid.Empty, topic.Partitions.Count);
        return found;
    }

    private static List<TopicDescription> Describe(IAdminClient admin, IReadOnlyCollection<string> topics)
    {
        try
        {
            return admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), new DescribeTopicsOptions { RequestTimeout = Patience }).GetAwaiter().GetResult().TopicDescriptions;
        }
        catch (DescribeTopicsException some)
        {
            // A topic that is not there has no description; the others have.
            return some.Results.TopicDescriptions;
        }
    }

    private static Guid Id(Uuid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, id.MostSignificantBits);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes[8..], id.LeastSignificantBits);
        return new Guid(bytes, bigEndian: true);
    }
}
