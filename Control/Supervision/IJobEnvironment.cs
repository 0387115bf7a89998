using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Supervision;

/// <summary>The outside of the jobs of one process: Kafka, storage and models. Calls may block; may be used from any thread. What it hands out belongs to the caller.</summary>
public interface IJobEnvironment
{
    /// <summary>Models, by full path.</summary>
    IModelCatalog Models { get; }

    /// <summary>Kafka as a job sees it. Disposed after use where it is <see cref="IDisposable"/>.</summary>
    IJobCluster Connect(JobPlan job);

    /// <summary>Where the snapshots of a job are. Disposed after use where it is <see cref="IDisposable"/>.</summary>
    IBlobStore OpenStorage(JobPlan job);

    /// <summary>Topics that there are, with their partitions. Throws <see cref="IOException"/> when Kafka does not answer.</summary>
    IReadOnlyDictionary<string, int> Topics();

    /// <summary>Topics that a job makes: its own, and those that it writes to.</summary>
    IReadOnlyList<TopicNeed> TopicsOf(JobPlan job, int sourcePartitions, int slots);
}
