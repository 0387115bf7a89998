using System.Collections.Concurrent;

namespace StreamGrains.Deploy.Tests;

/// <summary>The Helm chart, rendered with a file of tests/Deploy.Tests/values.</summary>
internal static class Chart
{
    public const string Release = "fraud", Namespace = "streaming";

    /// <summary>What `helm template` shall take the cluster for.</summary>
    private const string KubernetesVersion = "1.34.0";

    // Tests run in parallel and ask for the same renderings; a start of Helm costs more than all that they ask of its output.
    private static readonly ConcurrentDictionary<string, Lazy<string>> Texts = new();

    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy/helm/streamgrains");

    /// <summary>All values files, by name without extension.</summary>
    public static TheoryData<string> Values() =>
        new(Directory.EnumerateFiles(ValuesFolder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    public static Tool.Outcome Lint(string values) => Tool.Run("helm", "lint", "--strict", "--kube-version", KubernetesVersion, Folder, "-f", ValuesFile(values));

    /// <summary>`helm template`, with values of the form path=value on top of the file.</summary>
    public static Tool.Outcome Template(string values, params string[] set) => Tool.Run("helm", [
        "template", Release, Folder, "--namespace", Namespace, "--kube-version", KubernetesVersion, "-f", ValuesFile(values), .. set.SelectMany(s => new[] { "--set", s })]);

    /// <summary>The rendered text.</summary>
    public static string Text(string values, params string[] set) => Texts.GetOrAdd(string.Join(' ', [values, .. set]), _ => new Lazy<string>(() =>
    {
        var outcome = Template(values, set);
        Assert.True(outcome.Succeeded, outcome.Errors);
        return outcome.Output;
    })).Value;

    public static IReadOnlyList<Manifest> Render(string values, params string[] set) => Manifest.Parse(Text(values, set));

    /// <summary>The chart's own defaults.</summary>
    public static Manifest Defaults() => Manifest.Parse(File.ReadAllText(Path.Combine(Folder, "values.yaml"))).Single();

    private static string ValuesFolder => Path.Combine(Repository.Root, "tests/Deploy.Tests/values");

    private static string ValuesFile(string values) => Path.Combine(ValuesFolder, $"{values}.yaml");
}
