using StreamGrains.Control.Supervision;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Api.Tests.Support;

/// <summary>What is around a server and outlives it: a cluster, models, a directory. Owner: one test.</summary>
internal sealed class World : IJobEnvironment, IModelCatalog, IDisposable
{
    private readonly MemoryBlobs blobs = new();

    public FakeKafka Kafka { get; } = new();

    /// <summary>What opening the storage fails with; null while it can be had.</summary>
    public Exception? StorageAway { get; set; }

    /// <summary>What every model says does not fit; null while all fits.</summary>
    public string? ModelProblem { get; set; }

    /// <summary>Opens the storage of models that all processes reach; null where the server is alone.</summary>
    public Func<IBlobStore>? SharedModels { get; set; }

    /// <summary>What is wrong with an uploaded file; by default nothing.</summary>
    public Func<string, string?>? Inspecting { get; set; }

    /// <summary>The server's directory.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("streamgrains-api-").FullName;

    public IModelCatalog Models => this;

    public IJobCluster Connect(JobPlan job) => Kafka.Connect(job);

    public IBlobStore OpenStorage(JobPlan job) => StorageAway is { } away ? throw away : blobs;

    public IReadOnlyDictionary<string, int> Topics() => Kafka.Down is { } down ? throw down : Kafka.Topics;

    public IReadOnlyList<TopicNeed> TopicsOf(JobPlan job, int sourcePartitions, int slots) =>
        [new(job.JournalTopic, slots, new Dictionary<string, string>()), .. job.Stages.Skip(1).Select(s => new TopicNeed(s.Input.Topic, sourcePartitions, new Dictionary<string, string>()))];

    /// <summary>Any file is a model; one that is not there is refused.</summary>
    public IModel Open(string path) => File.Exists(path) ? new AnyModel(ModelProblem is { } problem ? [$"model '{path}' {problem}"] : []) : throw new ModelRefused($"there is no model '{path}'");

    /// <summary>What is uploaded is a model, unless <see cref="Inspecting"/> says what is wrong with it.</summary>
    public void Inspect(string path)
    {
        if (Inspecting?.Invoke(path) is { } wrong) throw new ModelRefused($"Model '{path}' {wrong}");
    }

    public void Dispose()
    {
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    private sealed class AnyModel(IReadOnlyList<string> problems) : IModel
    {
        public IReadOnlyList<ModelValue> Inputs => [];

        public IReadOnlyList<ModelValue> Outputs => [];

        public IReadOnlyList<string> Check(int features, IReadOnlyList<string> outputs) => problems;

        public IScorer CreateScorer(int features, IReadOnlyList<string> outputs) => new AnyScorer();
    }

    private sealed class AnyScorer : IScorer
    {
        public Span<float> Matrix(int rows) => new float[rows * 16];

        public int Score(int rows, Span<double> scores, Span<string?> failures) => 0;

        public void Dispose()
        {
        }
    }
}
