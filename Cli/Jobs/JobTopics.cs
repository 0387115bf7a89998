using StreamGrains.Cli.Terminal;
using StreamGrains.Composition;
using StreamGrains.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;
using StreamGrains.Runtime;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Jobs;

/// <summary>A job's topics against those that a cluster has.</summary>
/// <param name="Source">Topic that the job reads.</param>
/// <param name="SourcePartitions">Its partitions.</param>
/// <param name="Internal">Topics that belong to the job alone.</param>
/// <param name="Outputs">Topics that others read.</param>
internal sealed record JobTopics(string Source, int SourcePartitions, IReadOnlyList<TopicNeed> Internal, IReadOnlyList<TopicNeed> Outputs)
{
    /// <summary>How long to wait for a first answer of Kafka.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Topics that the job makes.</summary>
    public IEnumerable<TopicNeed> Made => Internal.Concat(Outputs);

    /// <summary>What the job needs, with snapshots at <paramref name="storage"/>. Throws <see cref="CommandFailed"/> when its source topic is not there, or it would write what another job owns.</summary>
    public static JobTopics Of(JobPlan plan, IReadOnlyDictionary<string, int> there, StorageLocation? storage = null)
    {
        if (TopicClaims.Problem(plan, there.Keys, []) is { } taken) throw new CommandFailed(ExitCode.Failure, taken);
        var source = plan.Stages[0].Input.Topic;
        if (!there.TryGetValue(source, out var partitions))
        {
            var near = NearestName.Of(source, there.Keys);
            var hint = near is null ? "Load it with `streamgrains produce`, or create it, before the job runs." : $"Did you mean '{near}'?";
            throw new CommandFailed(ExitCode.Failure, $"the source topic '{source}' of job '{plan.Name}' does not exist. {hint}");
        }
        IReadOnlyList<TopicNeed> own = [.. TopicNeeds.Internal(plan, partitions, JobRun.DefaultSlots(plan, partitions)), .. SnapshotStorage.Topics(storage, plan)];
        return new JobTopics(source, partitions, own, TopicNeeds.Outputs(plan, partitions));
    }
}
