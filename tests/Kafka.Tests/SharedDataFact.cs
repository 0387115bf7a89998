namespace StreamGrains.Kafka.Tests;

/// <summary>A test that needs a file of the shared data; without it the test is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string file)
    {
        if (Repository.Shared(file) is null) Skip = $"../shared/{file} is not there";
    }
}

/// <summary>The same for a test with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string file)
    {
        if (Repository.Shared(file) is null) Skip = $"../shared/{file} is not there";
    }
}
