using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Hosting.Supervision;

namespace StreamGrains.Api.Tests.Support;

/// <summary>What is around a server and outlives it: a cluster, models, a directory. Owner: one test.</summary>
internal sealed class World : IJobEnvironment, IModelCatalog, IDisposable
{
    public FakeKafka Kafka { get; } = new();

    /// <summary>The server's directory.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("streamgrains-api-").FullName;

    public IModelCatalog Models => this;

    public IJobCluster Connect(JobPlan job) => Kafka.Connect(job);

    public IBlobStore OpenStorage(JobPlan job) => new NoBlobs();

    public IReadOnlyDictionary<string, int> Topics() => Kafka.Down is { } down ? throw down : Kafka.Topics;

    public IReadOnlyList<TopicNeed> TopicsOf(JobPlan job, int sourcePartitions, int slots) =>
        [new(job.JournalTopic, slots, new Dictionary<string, string>()), .. job.Stages.Skip(1).Select(s => new TopicNeed(s.Input.Topic, sourcePartitions, new Dictionary<string, string>()))];

    /// <summary>Any file is a model; one that is not there is refused.</summary>
    public IModel Open(string path) => File.Exists(path) ? new AnyModel() : throw new ModelRefused($"there is no model '{path}'");

    public void Dispose()
    {
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    private sealed class AnyModel : IModel
    {
        public IReadOnlyList<ModelValue> Inputs => [];

        public IReadOnlyList<ModelValue> Outputs => [];

        public IReadOnlyList<string> Check(int features, IReadOnlyList<string> outputs) => [];

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

    /// <summary>State is empty on this cluster, so no snapshot is worth keeping.</summary>
    private sealed class NoBlobs : IBlobStore
    {
        public ValueTask Write(string name, Action<Stream> content)
        {
            content(Stream.Null);
            return ValueTask.CompletedTask;
        }

        public ValueTask<Stream?> Open(string name) => new((Stream?)null);

        public ValueTask<IReadOnlyList<string>> List(string prefix) => new([]);

        public ValueTask Delete(string name) => ValueTask.CompletedTask;
    }
}
