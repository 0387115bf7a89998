using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Kafka;

/// <summary>One partition that a commit writes to, as the cluster describes it.</summary>
/// <param name="Name">Topic and partition, for people.</param>
/// <param name="Leader">Broker that leads it; below 0 for none.</param>
/// <param name="InSync">Brokers whose replicas are in sync.</param>
/// <param name="Replicas">Brokers that hold a replica.</param>
/// <param name="Needed">Its topic's min.insync.replicas.</param>
internal sealed record CommitPartition(string Name, int Leader, IReadOnlyList<int> InSync, IReadOnlyList<int> Replicas, int Needed);

/// <summary>
/// Why no commit of a slot gets through, as far as the cluster shows it: librdkafka repeats what a broker refuses with NOT_ENOUGH_REPLICAS or COORDINATOR_NOT_AVAILABLE by itself, and
/// says nothing of it. Looked at: every partition of the job's own and its output topics, and the two that coordinate the slot's transactions and the group's offsets.
/// </summary>
internal static class CommitDiagnosis
{
    private const string Transactions = "__transaction_state", Offsets = "__consumer_offsets", NeededSetting = "min.insync.replicas";
    private const int Named = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>In words, or null when nothing shows. Throws <see cref="KafkaException"/> when the cluster does not answer.</summary>
    public static string? Find(IAdminClient admin, JobPlan job, int slot)
    {
        var topics = admin.GetMetadata(Patience).Topics;
        HashSet<string> written = [.. TopicNeeds.Internal(job, 1, 1).Concat(TopicNeeds.Outputs(job, 1)).Select(t => t.Name)];
        var concerned = new List<(string Topic, PartitionMetadata Partition)>();
        foreach (var topic in topics)
        {
            var count = topic.Partitions.Count;
            foreach (var partition in topic.Partitions)
            {
                var concerns = topic.Topic switch
                {
                    Transactions => partition.PartitionId == Coordinator($"{job.Name}.{slot}", count),
                    Offsets => partition.PartitionId == Coordinator(job.Name, count),
                    _ when topic.Topic == job.JournalTopic => partition.PartitionId == slot,
                    _ => written.Contains(topic.Topic),
                };
                if (concerns) concerned.Add((topic.Topic, partition));
            }
        }
        var needed = Needed(admin, [.. concerned.Select(c => c.Topic).Distinct()]);
        return Say([.. concerned.Select(c => Describe(c.Topic, c.Partition, needed[c.Topic]))]);
    }

    private static CommitPartition Describe(string topic, PartitionMetadata partition, int needed) =>
        new($"{topic}[{partition.PartitionId}]", partition.Leader, partition.InSyncReplicas, partition.Replicas, needed);

    /// <summary>The words for what is not as it must be; null when all is.</summary>
    public static string? Say(IReadOnlyList<CommitPartition> partitions)
    {
        var leaderless = partitions.Where(p => p.Leader < 0).Select(p => $"{p.Name} has no leader (LEADER_NOT_AVAILABLE; replicas on brokers {List(p.Replicas)}, in sync {List(p.InSync)})");
        var lacking = partitions.Where(p => p.Leader >= 0 && p.InSync.Count < p.Needed)
            .Select(p => $"{p.Name} has {p.InSync.Count} of the {p.Needed} replicas in sync that its {NeededSetting} asks for (NOT_ENOUGH_REPLICAS; "
                + $"replicas on brokers {List(p.Replicas)}, in sync {List(p.InSync)})");
        List<string> all = [.. leaderless, .. lacking];
        if (all.Count == 0) return null;
        var more = all.Count > Named ? string.Create(CultureInfo.InvariantCulture, $"; and {all.Count - Named} partitions more") : "";
        return $"{string.Join("; ", all.Take(Named))}{more}. It goes on when these brokers are back and have caught up";
    }

    /// <summary>The partition whose leader coordinates an id: brokers take the hash of a Java string, without its sign.</summary>
    public static int Coordinator(string id, int partitions)
    {
        var hash = 0;
        foreach (var c in id) hash = unchecked(31 * hash + c);
        return (hash & int.MaxValue) % partitions;
    }

    /// <summary>min.insync.replicas by topic; 1 where the cluster does not tell.</summary>
    private static Dictionary<string, int> Needed(IAdminClient admin, IReadOnlyList<string> topics)
    {
        var needed = topics.ToDictionary(t => t, _ => 1);
        if (topics.Count == 0) return needed;
        try
        {
            var asked = topics.Select(t => new ConfigResource { Type = ResourceType.Topic, Name = t });
            foreach (var described in admin.DescribeConfigsAsync(asked, new DescribeConfigsOptions { RequestTimeout = Patience }).GetAwaiter().GetResult())
                if (described.Entries.TryGetValue(NeededSetting, out var entry) && int.TryParse(entry.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                    needed[described.ConfigResource.Name] = value;
        }
        catch (KafkaException)
        {
            // Without the right to read settings the leaders still show.
        }
        return needed;
    }

    private static string List(IReadOnlyList<int> brokers) => brokers.Count == 0 ? "none" : string.Join(", ", brokers);
}
