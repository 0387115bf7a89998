namespace StreamGrains.Kafka.Tests;

internal static class Repository
{
    /// <summary>The folder with the solution file.</summary>
    public static string Root { get; } = Find();

    /// <summary>The built command, of the configuration that these tests are built in.</summary>
    public static string Command { get; } = Path.Combine(Root, AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Cli/bin/Release/net10.0/streamgrains" : "Cli/bin/Debug/net10.0/streamgrains");

    /// <summary>A file of the optional shared data, or null where it is not there.</summary>
    public static string? Shared(string path) => Path.GetFullPath(Path.Combine(Root, "../shared", path)) is var file && File.Exists(file) ? file : null;

    private static string Find()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "StreamGrains.sln"))) at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("not inside the repository");
        return at;
    }
}
