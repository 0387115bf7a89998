using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Jobs;

/// <summary>What a job has left behind, and forgetting it. Owner: one command, on its thread.</summary>
internal sealed class JobReset(JobPlan plan, KafkaAdmin admin, IBlobStore? blobs, IReadOnlyDictionary<string, int> there)
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(2);

    /// <summary>Topics that go: the journal, the internal ones, and that of snapshots.</summary>
    public IReadOnlyList<string> Topics { get; } = [.. TopicNeeds.Internal(plan, 1, 1).Select(t => t.Name).Append(TopicNeeds.SnapshotTopic(plan.Name)).Where(there.ContainsKey)];

    /// <summary>Snapshots that go, beside those in a topic.</summary>
    public IReadOnlyList<string> Snapshots { get; } = blobs?.List($"{plan.Name}/").AsTask().GetAwaiter().GetResult() ?? [];

    /// <summary>
    /// Whether the journal grows while it is watched for two seconds: somebody runs the job, here or elsewhere. Asking in a way that the job notices
    /// (opening its transactional ids, say) would stop it, so this only looks.
    /// </summary>
    public bool Moves(CancellationToken stop)
    {
        if (!there.TryGetValue(plan.JournalTopic, out var partitions)) return false;
        using var cluster = new KafkaJobCluster(plan, admin.Settings);
        var slices = Enumerable.Range(0, partitions).Select(p => new TopicSlice(plan.JournalTopic, p)).ToList();
        var before = cluster.Ranges(slices);
        stop.WaitHandle.WaitOne(Watch);
        stop.ThrowIfCancellationRequested();
        var after = cluster.Ranges(slices);
        return slices.Any(s => after[s].Next != before[s].Next);
    }

    /// <summary>Shuts out whoever may still run the job unseen, then removes topics, the group's offsets and snapshots.</summary>
    public void Forget(CancellationToken stop)
    {
        if (plan.Guarantee == Guarantee.ExactlyOnce && there.TryGetValue(plan.JournalTopic, out var slots)) Fence(slots, stop);
        admin.Delete(Topics);
        admin.DeleteGroups(plan.Name, $"{plan.Name}.members", KafkaSettings.OutboxGroup(plan.Name));
        foreach (var snapshot in Snapshots) blobs!.Delete(snapshot).AsTask().GetAwaiter().GetResult();
    }

    private void Fence(int slots, CancellationToken stop)
    {
        using var cluster = new KafkaJobCluster(plan, admin.Settings);
        for (var slot = 0; slot < slots; slot++)
        {
            using var log = cluster.OpenSlotLog(slot, stop);
            log.Open().AsTask().GetAwaiter().GetResult();
        }
    }
}
