using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine.Journal;
using StreamGrains.Kafka.Native;

namespace StreamGrains.Kafka;

/// <summary>Asks a cluster for its id and for the ids of topics (KIP-516; brokers before 2.8 give none).</summary>
internal static class TopicIds
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Throws <see cref="KafkaException"/> when the cluster does not answer. Of librdkafka's mock cluster, which has no controller to ask, nothing is known.</summary>
    /// <remarks>
    /// The client learns the cluster's id from the answer about the topics, so that is asked first. DescribeCluster is no way to it: librdkafka 2.16 ends the whole process when a broker
    /// answers that none is alive, as one does that has just started.
    /// </remarks>
    public static TopicIdentities Ask(IAdminClient admin, IReadOnlyCollection<string> topics)
    {
        if (TopicMaker.IsMock(admin)) return TopicIdentities.Unknown;
        var ids = Topics(admin, topics);
        return new(Librdkafka.ClusterId(NativeHandle.Of(admin), Patience) ?? "", ids);
    }

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
