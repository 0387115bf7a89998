using StreamGrains.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Jobs;

/// <summary>What a job has left behind, in all of its generations, and forgetting it. Owner: one command, on its thread.</summary>
/// <param name="plan">The job in its first generation.</param>
/// <param name="admin">Kafka.</param>
/// <param name="stores">What the job has in its storage, and in its topic of snapshots.</param>
/// <param name="there">Topics that there are, with their partitions.</param>
/// <param name="withSavepoints">Whether savepoints go, too.</param>
internal sealed class JobReset(JobPlan plan, KafkaAdmin admin, JobBlobs stores, IReadOnlyDictionary<string, int> there, bool withSavepoints)
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(2);

    private readonly JobPlan latest = plan.AtGeneration(plan.LatestGeneration(there.Keys));

    /// <summary>Topics that go: journals and internal topics of all generations, and that of snapshots unless savepoints in it stay.</summary>
    public IReadOnlyList<string> Topics { get; } =
    [
        .. TopicNeeds.Internal(plan, 1, 1).SelectMany(first => there.Keys.Where(t => IsOf(first.Name, t)).Order(StringComparer.Ordinal)),
        .. there.Keys.Where(t => t == TopicNeeds.SnapshotTopic(plan.Name) && (withSavepoints || stores.InTopic.Savepoints.Count == 0)),
    ];

    /// <summary>
    /// Whether the journal grows while it is watched for two seconds: somebody runs the job, here or elsewhere. Asking in a way that the job notices
    /// (opening its transactional ids, say) would stop it, so this only looks.
    /// </summary>
    public bool Moves(CancellationToken stop)
    {
        if (!there.TryGetValue(latest.JournalTopic, out var partitions)) return false;
        using var cluster = new KafkaJobCluster(latest, admin.Settings);
        var ends = new JournalEnds(cluster, latest, partitions);
        var before = ends.Now();
        stop.WaitHandle.WaitOne(Watch);
        stop.ThrowIfCancellationRequested();
        return !before.SequenceEqual(ends.Now());
    }

    /// <summary>Shuts out whoever may still run the job unseen, then removes topics, the group's offsets and snapshots.</summary>
    public void Forget(CancellationToken stop)
    {
        if (plan.ExactlyOnce) Fence(stop);
        admin.Delete(Topics);
        admin.DeleteGroups(plan.Name, $"{plan.Name}.members", KafkaSettings.OutboxGroup(plan.Name));
        stores.InStorage.Remove(withSavepoints);
        if (!Topics.Contains(TopicNeeds.SnapshotTopic(plan.Name))) stores.InTopic.Remove(withSavepoints);
    }

    /// <summary>A topic of the first generation, or of a later one, which has its number behind the name.</summary>
    private static bool IsOf(string first, string topic) =>
        topic == first || (topic.Length > first.Length + 1 && topic.StartsWith(first + ".", StringComparison.Ordinal) && topic.AsSpan(first.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0);

    /// <summary>The transactional ids are the same in every generation.</summary>
    private void Fence(CancellationToken stop)
    {
        if (!there.ContainsKey(latest.JournalTopic)) return;
        using var cluster = new KafkaJobCluster(latest, admin.Settings);
        for (var slot = 0; slot < there[latest.JournalTopic]; slot++)
        {
            using var log = cluster.OpenSlotLog(slot, stop);
            log.Open().AsTask().GetAwaiter().GetResult();
        }
    }
}
