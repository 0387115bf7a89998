namespace StreamGrains.Architecture.Tests;

/// <summary>The files of this clone, as text. Paths are relative to its root, with forward slashes.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "artifacts", "TestResults", "node_modules"];

    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    /// <summary>All files with the extension (".cs"), without what builds leave behind and hidden folders.</summary>
    public static IEnumerable<string> Files(string extension) =>
        FilesUnder(Root).Where(path => path.EndsWith(extension, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>Projects of the product and its tests; eng/ holds only repacking helpers.</summary>
    public static IEnumerable<string> Projects() =>
        Files(".csproj").Where(path => !path.StartsWith("eng/", StringComparison.Ordinal));

    private static IEnumerable<string> FilesUnder(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        }
        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            var name = Path.GetFileName(child);
            if (name.StartsWith('.') || Generated.Contains(name))
            {
                continue;
            }
            foreach (var file in FilesUnder(child))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "StreamGrains.sln")))
            {
                return directory.FullName;
            }
        }
        throw new InvalidOperationException($"No StreamGrains.sln above {AppContext.BaseDirectory}.");
    }
}
