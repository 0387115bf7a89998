namespace StreamGrains.Kafka.Tests;

/// <summary>One broker for most tests of the suite, which run one after the other and wait more than they compute.</summary>
[CollectionDefinition(Name)]
public sealed class BrokerCollection : ICollectionFixture<TestBroker>
{
    public const string Name = "broker";
}

/// <summary>A broker of their own for the tests with much input, which go on beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class MuchInputCollection : ICollectionFixture<TestBroker>
{
    public const string Name = "much input";
}
