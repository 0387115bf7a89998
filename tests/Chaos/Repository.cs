namespace StreamGrains.Chaos;

internal static class Repository
{
    /// <summary>The folder with the solution file.</summary>
    public static string Root { get; } = Find();

    /// <summary>The built command, of the configuration that this is built in.</summary>
    public static string Command { get; } = Path.Combine(Root, "Cli/bin", AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug", "net10.0/streamgrains");

    /// <summary>The script that runs brokers.</summary>
    public static string Kafka { get; } = Path.GetFullPath(Path.Combine(Root, "../shared/kafka/kafka"));

    private static string Find()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "StreamGrains.sln"))) at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("not inside the repository");
        return at;
    }
}
