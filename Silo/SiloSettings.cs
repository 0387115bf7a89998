using StreamGrains.Composition;
using StreamGrains.Kafka;
using StreamGrains.Runtime.Jobs;
using StreamGrains.Silo.Clustering;
using StreamGrains.Storage;

namespace StreamGrains.Silo;

/// <summary>Everything that can be set of a silo: section <c>StreamGrains</c> of the configuration. <c>appsettings.json</c> has each setting with its default.</summary>
public sealed class SiloSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "StreamGrains";

    /// <summary>How silos find each other.</summary>
    public ClusterSettings Cluster { get; set; } = new();

    /// <summary>How Kafka is reached.</summary>
    public KafkaConnection Kafka { get; set; } = new();

    /// <summary>Where snapshots and models are, for all silos: a URL.</summary>
    public string Storage { get; set; } = "kafka:";

    /// <summary>A directory of this silo alone, for copies of model files. Nothing in it must survive.</summary>
    public string Data { get; set; } = "data";

    /// <summary>Directory with models that jobs may name without handing them in; none by default.</summary>
    public string Models { get; set; } = "models";

    /// <summary>Lanes (threads) of each job; 0 for as many as there are processor cores.</summary>
    public int Lanes { get; set; }

    /// <summary>
    /// Most memory for records that were fetched and not taken, and results that are not committed, of all jobs together, such as <c>256MB</c>; above it they are slower. Empty for a quarter of the
    /// memory that the silo may have.
    /// </summary>
    public string Buffers { get; set; } = "";

    /// <summary>How long slots may take, when the silo stops, for their last commit and snapshot.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Names of stream providers that keep events in the silos' memory, for development: what is on its way in a silo that stops is lost. For others, add them in a host of your own.
    /// </summary>
    public IList<string> MemoryStreams { get; } = [];

    /// <summary>Where it belongs, in words and without secrets.</summary>
    internal string Surroundings() =>
        $"cluster {Cluster.Id}, service {Cluster.Service}, members in {Cluster.Clustering.ToString().ToLowerInvariant()}; Kafka at {Kafka.Bootstrap}; snapshots in {Storage}";

    /// <summary>What of it concerns jobs. Of settings without mistakes.</summary>
    internal JobProcess Process()
    {
        if (!StorageLocation.TryParse(Storage, out var storage, out var problem)) throw new InvalidOperationException(problem);
        var buffers = new BufferBudget(ByteSize.TryParse(Buffers, out var bytes) ? bytes : BufferBudget.DefaultBytes);
        var lanes = Lanes == 0 ? Environment.ProcessorCount : Lanes;
        return new JobProcess(Kafka.Together(), storage!, Path.Combine(Data, "models"), Models, lanes, buffers, StopGrace) { SharesModels = true };
    }

    /// <summary>Every mistake in the settings, in words; empty when there is none.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Kafka.Bootstrap.Length == 0) yield return "StreamGrains:Kafka:Bootstrap names the Kafka brokers to connect to first, such as kafka:9092";
        if (Cluster.Clustering != ClusteringKind.Localhost && Cluster.Connection.Length == 0)
            yield return $"StreamGrains:Cluster:Connection is the connection string of the cluster's {Cluster.Clustering} and is empty";
        if (Cluster.Clustering != ClusteringKind.Localhost && Cluster.AdvertisedAddress.Length > 0 && !System.Net.IPAddress.TryParse(Cluster.AdvertisedAddress, out _))
            yield return $"StreamGrains:Cluster:AdvertisedAddress is the IP address that other silos reach this one at, and '{Cluster.AdvertisedAddress}' is none";
        if (Cluster.SiloPort == Cluster.GatewayPort) yield return "StreamGrains:Cluster:SiloPort and GatewayPort are two ports";
        if (!StorageLocation.TryParse(Storage, out _, out var problem)) yield return $"StreamGrains:Storage: {problem}";
        if (Lanes is < 0 or > 256) yield return "StreamGrains:Lanes is from 1 to 256, or 0 for as many as there are processor cores";
        if (Buffers.Length > 0 && !ByteSize.TryParse(Buffers, out _)) yield return $"StreamGrains:Buffers is a size such as 256MB, and '{Buffers}' is none";
        if (StopGrace <= TimeSpan.Zero) yield return "StreamGrains:StopGrace is longer than 0";
    }
}

/// <summary>How Kafka is reached.</summary>
public sealed class KafkaConnection
{
    /// <summary>Brokers to connect to first, separated by commas.</summary>
    public string Bootstrap { get; set; } = "";

    /// <summary>librdkafka settings, such as <c>security.protocol</c>; the few that correctness rests on are refused.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>A properties file with such settings, in the format of Kafka's own tools; it goes before <see cref="Settings"/>. None by default.</summary>
    public string ConfigFile { get; set; } = "";

    /// <summary>Both together. Throws <see cref="ArgumentException"/> for what librdkafka does not know, and for a file that cannot be read.</summary>
    internal KafkaSettings Together() =>
        new KafkaSettings(Bootstrap, SettingSources.Together(Settings, ConfigFile.Length == 0 ? null : ConfigFile, new Dictionary<string, string>())).Checked();
}
