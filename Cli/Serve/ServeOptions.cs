using StreamGrains.Kafka;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Storage;

namespace StreamGrains.Cli.Serve;

/// <summary>What the <c>serve</c> command was told.</summary>
/// <param name="Kafka">How Kafka is reached.</param>
/// <param name="Url">Address to listen on; null when the command does not say.</param>
/// <param name="DefaultUrl">Address to listen on when nobody says.</param>
/// <param name="Data">Directory of this server.</param>
/// <param name="Storage">Where snapshots and savepoints are.</param>
/// <param name="Models">Directory with models that jobs may name; null for none.</param>
/// <param name="Lanes">Lanes (threads) of each job.</param>
/// <param name="Buffers">Bound of what waits in memory, of all jobs together.</param>
/// <param name="Config">File with further settings; null for none.</param>
/// <param name="LogFormat">How the log is written; null when the command does not say.</param>
internal sealed record ServeOptions(KafkaSettings Kafka, string? Url, string DefaultUrl, string Data, StorageLocation Storage, string? Models, int Lanes, BufferBudget Buffers, string? Config, string? LogFormat)
{
    /// <summary>How long slots may take, when the server stops, for their last commit and snapshot.</summary>
    public static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(20);

    /// <summary>Where jobs and models are remembered; snapshots lie beside it, as those of <c>run</c> do.</summary>
    public string Own => Path.Combine(Data, ".serve");

    /// <summary>Where models of jobs that hand none in are looked for. Without <c>--models</c> it is a directory that is always empty.</summary>
    public string ModelDirectory => Models ?? Path.Combine(Own, "no-models");
}
