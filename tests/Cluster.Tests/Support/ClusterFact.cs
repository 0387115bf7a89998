
namespace StreamGrains.Cluster.Tests.Support;

/// <summary>A test that needs a Kafka broker, and Redis where silos are processes; without them it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute(bool redis = false)
    {
        Skip = TestBroker.Missing;
        if (Skip is null && redis && RedisServer.Program is null) Skip = "there is no redis-server on the PATH (Debian, Ubuntu: apt-get install redis-server)";
    }
}

/// <summary>One broker for all tests of the suite, which run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection : ICollectionFixture<LazyBroker>
{
    public const string Name = "cluster";
}
