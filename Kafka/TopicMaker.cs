using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka.Native;

namespace StreamGrains.Kafka;

/// <summary>Creates topics and waits until they can be used.</summary>
internal static class TopicMaker
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Whole = 4 * Timeout;
    private const int WaitMs = 50;

    /// <summary>Creates topics that are not there. Throws <see cref="JobFailed"/> when that cannot be; a topic that someone else creates meanwhile is as good.</summary>
    public static void Create(RenewedClient<IAdminClient> admin, IReadOnlyCollection<TopicNeed> missing)
    {
        if (missing.Count == 0) return;
        var names = string.Join(", ", missing.Select(t => $"'{t.Name}'"));
        try
        {
            admin.Call("creating topics", Whole, c => Create(c, missing, names));
        }
        catch (KafkaException failure)
        {
            throw new JobFailed($"cannot create {names}: {failure.Error.Reason}", failure);
        }
    }

    /// <summary>Whether the cluster is librdkafka's mock.</summary>
    public static bool IsMock(IAdminClient admin) => Librdkafka.ClusterId(NativeHandle.Of(admin), Timeout)?.StartsWith("mockCluster", StringComparison.Ordinal) == true;

    private static void Create(IAdminClient admin, IReadOnlyCollection<TopicNeed> missing, string names)
    {
        // librdkafka's mock cluster has no controller to ask: topics appear when they are looked for by name.
        if (IsMock(admin))
            foreach (var topic in missing) admin.GetMetadata(topic.Name, Timeout);
        else Ask(admin, missing);
        WaitFor(admin, missing, names);
    }

    private static void Ask(IAdminClient admin, IEnumerable<TopicNeed> missing)
    {
        try
        {
            admin.CreateTopicsAsync(missing.Select(t => new TopicSpecification
            {
                Name = t.Name,
                NumPartitions = t.Partitions,
                ReplicationFactor = -1,
                Configs = t.Settings.ToDictionary(),
            }), new CreateTopicsOptions { RequestTimeout = Timeout }).GetAwaiter().GetResult();
        }
        catch (CreateTopicsException failure)
        {
            var failed = failure.Results.Where(r => r.Error.IsError && r.Error.Code != ErrorCode.TopicAlreadyExists).ToList();
            if (failed.Count > 0) throw new JobFailed($"cannot create topic '{failed[0].Topic}': {failed[0].Error.Reason}", failure);
        }
    }

    /// <summary>A topic is created before every broker knows of it.</summary>
    private static void WaitFor(IAdminClient admin, IReadOnlyCollection<TopicNeed> topics, string names)
    {
        for (var left = Timeout.TotalMilliseconds; left > 0; left -= WaitMs)
        {
            var there = admin.GetMetadata(Timeout).Topics.Where(t => t.Partitions.Count > 0 && t.Partitions.All(p => p.Leader >= 0)).Select(t => t.Topic).ToHashSet();
            if (topics.All(t => there.Contains(t.Name))) return;
            Thread.Sleep(WaitMs);
        }
        throw new JobFailed($"topics {names} were created and have no leader after {Timeout.TotalSeconds:0} s");
    }
}
