using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Storage;

namespace StreamGrains.Composition;

/// <summary>What a process is told that runs jobs.</summary>
/// <param name="Kafka">How Kafka is reached.</param>
/// <param name="Storage">Where snapshots, savepoints and shared models are.</param>
/// <param name="UploadedModels">Directory for models that are handed in.</param>
/// <param name="OwnModels">Directory with models that jobs may name.</param>
/// <param name="Lanes">Lanes (threads) of each job.</param>
/// <param name="Buffers">Bound of what waits in memory, of all jobs together.</param>
/// <param name="StopGrace">How long slots may take, when the process stops, for their last commit and snapshot.</param>
public sealed record JobProcess(KafkaSettings Kafka, StorageLocation Storage, string UploadedModels, string OwnModels, int Lanes, BufferBudget Buffers, TimeSpan StopGrace)
{
    /// <summary>Whether every process with the same storage sees the models that are handed in here.</summary>
    public bool SharesModels { get; init; }

    /// <summary>What a job's storage is wrapped in while the job has it open; null for nothing.</summary>
    public Func<JobPlan, IBlobStore, IBlobStore>? AroundStorage { get; init; }

    /// <summary>Names of the stream providers that jobs may write to, looked up late; null where there can be none.</summary>
    public Func<IReadOnlyCollection<string>>? StreamProviders { get; init; }
}
