using StreamGrains.Control.Supervision;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;
using StreamGrains.Kafka.Blobs;
using StreamGrains.Onnx;
using StreamGrains.Storage;

namespace StreamGrains.Composition;

/// <summary>Jobs on one Kafka cluster, with ONNX models. Owner: the process; dispose it after its jobs.</summary>
/// <param name="settings">How to connect.</param>
/// <param name="storage">Where snapshots, savepoints and models are.</param>
/// <param name="around">What a job's storage is to be wrapped in while the job has it open; null for nothing.</param>
public sealed class KafkaJobEnvironment(KafkaSettings settings, StorageLocation storage, Func<JobPlan, IBlobStore, IBlobStore>? around = null) : IJobEnvironment, IDisposable
{
    /// <summary>Models that were handed in are nobody's snapshots; in Kafka they have a topic of their own, <c>streamgrains-models.snapshots</c>.</summary>
    private const string ModelsOwner = "streamgrains-models";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly OnnxModelCatalog models = new();
    private readonly Lazy<KafkaAdmin> admin = new(() => new KafkaAdmin(settings));
    private int disposed;

    /// <inheritdoc/>
    public IModelCatalog Models => models;

    /// <inheritdoc/>
    public IJobCluster Connect(JobPlan job) => new KafkaJobCluster(job, settings);

    /// <inheritdoc/>
    public IBlobStore OpenStorage(JobPlan job)
    {
        var store = SnapshotStorage.Open(storage, job, settings);
        return around is null ? store : around(job, store);
    }

    /// <summary>A store for model files that every process with the same storage reaches. The caller disposes it where it is <see cref="IDisposable"/>.</summary>
    public IBlobStore OpenModels() => BlobStores.Open(storage, kafka =>
    {
        var need = TopicNeeds.Snapshots(ModelsOwner);
        if (!Topics().ContainsKey(need.Name))
            lock (admin) admin.Value.Create([need]);
        return new KafkaBlobStore(ModelsOwner, settings, kafka.MaxBytes);
    });

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Topics()
    {
        lock (admin) return admin.Value.Topics(Patience);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TopicNeed> TopicsOf(JobPlan job, int sourcePartitions, int slots) =>
        [.. TopicNeeds.Internal(job, sourcePartitions, slots), .. TopicNeeds.Outputs(job, sourcePartitions), .. SnapshotStorage.Topics(storage, job)];

    /// <summary>Once, however often it is asked: a container that knows it under two types disposes it twice.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1) return;
        if (admin.IsValueCreated) admin.Value.Dispose();
        models.Dispose();
    }
}
