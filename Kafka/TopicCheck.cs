using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamGrains.Engine.Steps;
using StreamGrains.Engine;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Plan;

namespace StreamGrains.Kafka;

/// <summary>Settings of a topic that decide what it takes.</summary>
/// <param name="Compacted">Its cleanup.policy has compact, so it takes no record without a key.</param>
/// <param name="MaxBytes">Its max.message.bytes.</param>
internal readonly record struct TopicLimits(bool Compacted, long MaxBytes);

/// <summary>
/// What can be known before a job starts of records that its topics will refuse. <see cref="Find"/> is pure.
/// </summary>
internal static class TopicCheck
{
    /// <summary>Smaller than this a topic of the job's own was not made by it.</summary>
    private const long LeastBytes = 1_000_000;

    /// <summary>
    /// What will cost results, in words. Throws <see cref="JobFailed"/> where the job could not go on: a topic of its own, or its dead letters', that is compacted, or a sink without a key into a
    /// compacted topic, which takes no result at all, or a compacted source that state is made of. What is not known counts as well.
    /// </summary>
    public static IReadOnlyList<string> Find(JobPlan job, IReadOnlyDictionary<string, TopicLimits> topics)
    {
        var doubts = new List<string>();
        CheckSource(job, topics);
        foreach (var own in TopicNeeds.Internal(job, 1, 1).Select(t => t.Name).Append(job.DeadLetterTopic))
        {
            if (!topics.TryGetValue(own, out var limits)) continue;
            if (limits.Compacted)
                throw new JobFailed($"topic '{own}' has cleanup.policy=compact, and job '{job.Name}' writes records without a key to it, which such a topic does not take. Set cleanup.policy=delete.");
            if (limits.MaxBytes < LeastBytes)
                doubts.Add(string.Create(CultureInfo.InvariantCulture, $"topic '{own}' has max.message.bytes={limits.MaxBytes}; the job would have made it with {TopicNeeds.MaxRecordBytes}, and a larger record stops it, or is cut if it is a dead letter"));
        }
        foreach (var (sink, layout) in Outputs(job))
        {
            if (!topics.GetValueOrDefault(sink.Topic).Compacted) continue;
            if (sink.KeyColumn < 0)
                throw new JobFailed($"topic '{sink.Topic}' has cleanup.policy=compact and takes no record without a key, and the results that job '{job.Name}' writes to it have none: give the `to` step a key.");
            if (layout.Columns[sink.KeyColumn] is { Nullable: true } key)
                doubts.Add($"topic '{sink.Topic}' has cleanup.policy=compact and takes no record without a key: results whose '{key.Name}' is null become dead letters");
        }
        return doubts;
    }

    /// <summary>Compaction takes records that a recovery must repeat.</summary>
    private static void CheckSource(JobPlan job, IReadOnlyDictionary<string, TopicLimits> topics)
    {
        if (job.Stages[0].Input is not SourceInput { MayBeCompacted: false } source || !topics.GetValueOrDefault(source.Topic).Compacted) return;
        if (job.Stages.SelectMany(s => s.Walk()).Any(s => s.Step.State(s.Rows) is not null))
            throw new JobFailed(
                $"the source topic '{source.Topic}' of job '{job.Name}' has cleanup.policy=compact, and state is made of it: compaction takes records that a recovery must repeat, and then the job stops. "
                + "Set cleanup.policy=delete, or read a topic that has it; to accept the stop, say compacted: true in the source.");
    }

    /// <summary>The settings of topics that are there; none of those that the cluster does not tell.</summary>
    public static IReadOnlyDictionary<string, TopicLimits> Ask(IAdminClient admin, IReadOnlyCollection<string> topics, TimeSpan timeout)
    {
        // librdkafka's mock cluster has no settings to tell.
        if (TopicMaker.IsMock(admin)) return new Dictionary<string, TopicLimits>();
        var asked = topics.Select(t => new ConfigResource { Type = ResourceType.Topic, Name = t });
        var found = admin.DescribeConfigsAsync(asked, new DescribeConfigsOptions { RequestTimeout = timeout }).GetAwaiter().GetResult();
        return found.ToDictionary(r => r.ConfigResource.Name, r => new TopicLimits(
            r.Entries.TryGetValue("cleanup.policy", out var policy) && policy.Value?.Contains("compact", StringComparison.Ordinal) == true,
            r.Entries.TryGetValue("max.message.bytes", out var bytes) && long.TryParse(bytes.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : long.MaxValue));
    }

    private static IEnumerable<(StepOutput Sink, RowLayout Rows)> Outputs(JobPlan job) =>
        from stage in job.Stages
        from step in stage.Walk()
        from output in step.Step.Writes
        where output.Stream is null
        select (output, step.Rows);
}
