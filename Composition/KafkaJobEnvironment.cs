using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Hosting.Supervision;
using StreamGrains.Kafka;
using StreamGrains.Onnx;
using StreamGrains.Storage;

namespace StreamGrains.Composition;

/// <summary>Jobs on one Kafka cluster, with ONNX models. Owner: the process; dispose it after its jobs.</summary>
/// <param name="settings">How to connect.</param>
/// <param name="storage">Opens the storage of a job's snapshots.</param>
public sealed class KafkaJobEnvironment(KafkaSettings settings, Func<JobPlan, IBlobStore> storage) : IJobEnvironment, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly OnnxModelCatalog models = new();
    private readonly Lazy<KafkaAdmin> admin = new(() => new KafkaAdmin(settings));
    private readonly StorageLocation? location;

    /// <summary>The same, with snapshots at a location.</summary>
    public KafkaJobEnvironment(KafkaSettings settings, StorageLocation storage)
        : this(settings, job => SnapshotStorage.Open(storage, job, settings)) => location = storage;

    /// <inheritdoc/>
    public IModelCatalog Models => models;

    /// <inheritdoc/>
    public IJobCluster Connect(JobPlan job) => new KafkaJobCluster(job, settings);

    /// <inheritdoc/>
    public IBlobStore OpenStorage(JobPlan job) => storage(job);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Topics()
    {
        lock (admin) return admin.Value.Topics(Patience);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TopicNeed> TopicsOf(JobPlan job, int sourcePartitions, int slots) =>
        [.. TopicNeeds.Internal(job, sourcePartitions, slots), .. SnapshotStorage.Topics(location, job), .. TopicNeeds.Outputs(job, sourcePartitions)];

    /// <inheritdoc/>
    public void Dispose()
    {
        if (admin.IsValueCreated) admin.Value.Dispose();
        models.Dispose();
    }
}
