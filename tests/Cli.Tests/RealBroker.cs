using StreamGrains.Kafka.Tests;

namespace StreamGrains.Cli.Tests;

/// <summary>A test that needs a real broker: skipped, and counted as such, where there is none.</summary>
public sealed class RealBrokerFactAttribute : FactAttribute
{
    public RealBrokerFactAttribute() => Skip = TestBroker.Missing;
}

/// <summary>The same for a test with several cases.</summary>
public sealed class RealBrokerTheoryAttribute : TheoryAttribute
{
    public RealBrokerTheoryAttribute() => Skip = new RealBrokerFactAttribute().Skip;
}

/// <summary>A real broker for the tests of a class, started when the first asks for it.</summary>
public sealed class RealBroker : IDisposable
{
    private readonly Lazy<TestBroker> broker = new(() => new TestBroker());

    public string Bootstrap => broker.Value.Bootstrap;

    public void Dispose()
    {
        if (broker.IsValueCreated) broker.Value.Dispose();
    }
}
