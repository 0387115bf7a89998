namespace StreamGrains.Kafka.Tests;

/// <summary>One broker for all tests of the suite, which run one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrokerCollection : ICollectionFixture<TestBroker>
{
    public const string Name = "broker";
}
