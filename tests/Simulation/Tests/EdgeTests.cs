using System.Reflection;
using System.Text.RegularExpressions;
using StreamGrains.Simulation.Runs;

namespace StreamGrains.Simulation.Tests;

public class EdgeTests
{
    private static readonly string[] Folders = ["Engine/Commit", "Engine/Journal", "Engine/Snapshots", "Runtime/Lanes", "Runtime/Workers"];

    [Fact]
    public void Every_catch_of_commit_recovery_and_lanes_is_an_edge()
    {
        var root = Root();
        var catches = Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories))
            .SelectMany(file => Enumerable.Range(1, Regex.Count(File.ReadAllText(file), @"^\s*catch\b", RegexOptions.Multiline)).Select(n => $"{Path.GetRelativePath(root, file).Replace('\\', '/')} {n}"));
        var edges = typeof(Edge).GetFields().SelectMany(f => f.GetCustomAttributes<CatchAttribute>()).Select(c => $"{c.File} {c.Number}");
        Assert.Equal(catches.Order(StringComparer.Ordinal), edges.Order(StringComparer.Ordinal));
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "StreamGrains.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException($"no StreamGrains.sln above {AppContext.BaseDirectory}");
    }
}
