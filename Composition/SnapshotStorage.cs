using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;
using StreamGrains.Kafka.Blobs;
using StreamGrains.Storage;

namespace StreamGrains.Composition;

/// <summary>Where the snapshots of a job are, for every program that runs or resets jobs.</summary>
public static class SnapshotStorage
{
    /// <summary>
    /// The store at a location; nothing is asked of it yet. The caller disposes it where it is <see cref="IDisposable"/>. Throws <see cref="IOException"/> when the environment does
    /// not say what the store needs.
    /// </summary>
    /// <param name="location">Where.</param>
    /// <param name="job">The job, whose own topic it is in Kafka.</param>
    /// <param name="settings">How to connect to the job's cluster.</param>
    public static IBlobStore Open(StorageLocation location, JobPlan job, KafkaSettings settings) =>
        BlobStores.Open(location, kafka => new KafkaBlobStore(job.Name, settings, kafka.MaxBytes));

    /// <summary>Topics that the job must have for it.</summary>
    public static IReadOnlyList<TopicNeed> Topics(StorageLocation? location, JobPlan job) => location is KafkaLocation ? [TopicNeeds.Snapshots(job.Name)] : [];

    /// <summary>
    /// Asks a store for the snapshots of a job, so that one that does not answer, or refuses, is told before the job starts and not when state should have been kept in it. Throws
    /// <see cref="IOException"/>.
    /// </summary>
    public static void Check(IBlobStore store, JobPlan job) => store.List($"{job.Name}/").AsTask().GetAwaiter().GetResult();
}
