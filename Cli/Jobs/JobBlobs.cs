using StreamGrains.Control.Savepoints;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;
using StreamGrains.Kafka.Blobs;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Jobs;

/// <summary>What a job has in its storage, and in its own topic of snapshots, which may hold some from before. Owner: one command; disposed with it.</summary>
/// <param name="InStorage">Blobs in its storage; none when that is the topic.</param>
/// <param name="InTopic">Blobs in the topic; none when it is not there.</param>
internal sealed record JobBlobs(StoredBlobs InStorage, StoredBlobs InTopic) : IDisposable
{
    /// <summary>Looks. Throws <see cref="IOException"/> when a store does not answer.</summary>
    public static JobBlobs Of(JobPlan plan, StorageLocation location, KafkaSettings kafka, IReadOnlyDictionary<string, int> there)
    {
        var storage = location is KafkaLocation ? StoredBlobs.None : StoredBlobs.In(BlobStores.Open(location, _ => throw new InvalidOperationException("the topic is opened apart")), plan.Name);
        return new JobBlobs(
            storage,
            there.ContainsKey(TopicNeeds.SnapshotTopic(plan.Name)) ? StoredBlobs.In(new KafkaBlobStore(plan.Name, kafka, KafkaLocation.DefaultMaxBytes), plan.Name) : StoredBlobs.None);
    }

    public void Dispose()
    {
        InStorage.Dispose();
        InTopic.Dispose();
    }
}

/// <summary>A job's blobs in one store.</summary>
/// <param name="store">The store; null without one.</param>
/// <param name="snapshots">Names of its snapshots.</param>
/// <param name="savepoints">Names of the blobs of its savepoints.</param>
internal sealed class StoredBlobs(IBlobStore? store, IReadOnlyList<string> snapshots, IReadOnlyList<string> savepoints) : IDisposable
{
    /// <summary>Nothing.</summary>
    public static StoredBlobs None { get; } = new(null, [], []);

    public IReadOnlyList<string> Snapshots => snapshots;

    public IReadOnlyList<string> Savepoints => savepoints;

    /// <summary>Savepoints that are whole.</summary>
    public int SavepointCount => savepoints.Count(SavepointStore.IsManifest);

    public static StoredBlobs In(IBlobStore store, string job)
    {
        var names = store.List($"{job}/").AsTask().GetAwaiter().GetResult().ToLookup(name => name.StartsWith(SavepointStore.RootOf(job), StringComparison.Ordinal));
        return new StoredBlobs(store, [.. names[false]], [.. names[true]]);
    }

    /// <summary>Removes snapshots, and savepoints if told so. Manifests go first: what has none is no savepoint.</summary>
    public void Remove(bool withSavepoints)
    {
        foreach (var name in withSavepoints ? savepoints.OrderByDescending(SavepointStore.IsManifest).Concat(snapshots) : snapshots) store!.Delete(name).AsTask().GetAwaiter().GetResult();
    }

    public void Dispose() => (store as IDisposable)?.Dispose();
}
