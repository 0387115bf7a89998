using System.Collections.Concurrent;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Jobs;

/// <summary>
/// Sees to it that the topics of a running job stay the ones that it began with: every ten seconds it asks for their ids and partitions. A topic that is read and was made again or has grown,
/// another journal or another cluster end the run with words; a sink that was made again is told. Any thread may call; the cluster is asked on the job's watcher.
/// </summary>
public sealed class TopicWatch(JobRuntime job)
{
    private const int EveryMs = 10_000;

    /// <summary>Milliseconds that the cluster may take to answer: longer than its own limits.</summary>
    private const int QuestionMs = 60_000;

    private readonly ConcurrentDictionary<TopicPartition, long> taken = new();
    private Dictionary<TopicPartition, long> takenBefore = [];
    private TopicIdentities? known;
    private long nextAt = long.MinValue;

    /// <summary>How far a partition has been taken: told with the alarm, because what was taken since the last look may be another topic's.</summary>
    public void Took(TopicPartition partition, long position) => taken[partition] = position;

    /// <summary>Looks when that is due.</summary>
    public void Look(long now)
    {
        var due = Volatile.Read(ref nextAt);
        if (now >= due && Interlocked.CompareExchange(ref nextAt, now + EveryMs, due) == due) job.Watcher.Post(Check);
    }

    private async ValueTask Check()
    {
        if (job.GiveUp.IsCancellationRequested) return;
        var soFar = taken.ToDictionary();
        if (await Ask() is not { } now) return;
        if (known is null) known = now;
        else if (Alarm(known, now) is { } words) job.Fail(new JobFailed(words));
        else known = now.Over(known);
        takenBefore = soFar;
    }

    /// <summary>Null when nobody answers: not known for the moment, and the lanes say so of a cluster that is away.</summary>
    private async ValueTask<TopicIdentities?> Ask()
    {
        string[] topics = [.. job.Plan.Stages.Select(s => s.Input.Topic), job.Plan.JournalTopic, .. job.Plan.OutputTopics];
        try
        {
            var (answered, identities) = await job.Watcher.Within(() => job.Cluster.Identities(topics, job.GiveUp), QuestionMs, job.GiveUp);
            return answered ? identities : null;
        }
        catch (Exception failure) when (failure is JobFailed or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private string? Alarm(TopicIdentities before, TopicIdentities now)
    {
        if (TopicIdentities.Differ(before.Cluster, now.Cluster))
            return $"another Kafka cluster answers at the job's address: it is '{now.Cluster}', and was '{before.Cluster}'. Nothing more is written there. Connect the job to its own cluster, or give it a new name to begin anew in this one.";
        foreach (var topic in job.Plan.Stages.Select(s => s.Input.Topic).Append(job.Plan.JournalTopic))
        {
            if (!before.Topics.TryGetValue(topic, out var then) || !now.Topics.TryGetValue(topic, out var found)) continue;
            if (TopicIdentities.Differ(then.Id, found.Id)) return InputChecks.MadeAgain(topic, then.Id, found.Id) + Since(topic);
            // A broker that has just come back may know of fewer.
            if (found.Partitions > then.Partitions) return InputChecks.Grown(topic, then.Partitions, found.Partitions);
        }
        foreach (var topic in job.Plan.OutputTopics)
            if (TopicIdentities.Differ(before.Of(topic), now.Of(topic))) job.Notice($"topic '{topic}', which the job writes, was deleted and made again: what was written to it before is gone");
        return null;
    }

    /// <summary>What was taken of a topic since it was last seen to be the right one.</summary>
    private string Since(string topic)
    {
        var parts = taken.Where(t => t.Key.Topic == topic && t.Value > takenBefore.GetValueOrDefault(t.Key, t.Value)).OrderBy(t => t.Key.Partition)
            .Select(t => $"{t.Key} from offset {takenBefore[t.Key]} to {t.Value - 1}").ToList();
        return parts.Count == 0 ? "" : $" Taken since it was last seen to be the old one: {string.Join(", ", parts)}; what the job made of that may be of the new topic.";
    }
}
