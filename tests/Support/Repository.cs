namespace StreamGrains.Tests.Support;

/// <summary>The files of this clone. Paths are relative to its root, with forward slashes.</summary>
public static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "TestResults", "node_modules"];

    /// <summary>The folder with the solution file.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The built command, of the configuration that the tests are built in.</summary>
    public static string Command { get; } =
        PathOf($"Cli/bin/{(AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug")}/net10.0/streamgrains");

    /// <summary>Where a file is.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>A file's text.</summary>
    public static string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>Whether there is such a file or folder.</summary>
    public static bool Exists(string path) => Path.Exists(PathOf(path));

    /// <summary>A file of the optional shared data and tools, or null where it is not there.</summary>
    public static string? Shared(string path) => Path.GetFullPath(PathOf($"../shared/{path}")) is var file && File.Exists(file) ? file : null;

    /// <summary>The script that runs brokers, where there is one.</summary>
    public static string KafkaScript { get; } = Path.GetFullPath(PathOf("../shared/kafka/kafka"));

    /// <summary>All files with the extension (".cs"), without what builds leave behind and hidden folders.</summary>
    public static IEnumerable<string> Files(string extension) =>
        FilesUnder(Root).Where(path => path.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static IEnumerable<string> FilesUnder(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory)) yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            var name = Path.GetFileName(child);
            if (name.StartsWith('.') || Generated.Contains(name)) continue;
            foreach (var file in FilesUnder(child)) yield return file;
        }
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "StreamGrains.sln"))) return directory.FullName;
        throw new InvalidOperationException($"no StreamGrains.sln above {AppContext.BaseDirectory}");
    }
}
