namespace StreamGrains.Cli.Tests;

/// <summary>A test that needs a real broker: skipped, and counted as such, where there is none.</summary>
public sealed class RealBrokerFactAttribute : FactAttribute
{
    public RealBrokerFactAttribute() => Skip = TestBroker.Missing;
}

/// <summary>The same for a test with several cases.</summary>
public sealed class RealBrokerTheoryAttribute : TheoryAttribute
{
    public RealBrokerTheoryAttribute() => Skip = TestBroker.Missing;
}
