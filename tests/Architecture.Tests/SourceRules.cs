using System.Text.RegularExpressions;
using Xunit;

namespace StreamGrains.Architecture.Tests;

public class SourceRules
{
    private const int LongestFile = 400;

    // Spelled in two parts, so that this file does not break its own rule.
    private static readonly string[] NotesForLater = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "NotImplemented" + "Exception"];

    public static TheoryData<string> Folders() =>
        new(Repository.Files(".cs").Select(path => path.Split('/')[0]).Distinct());

    [Theory, MemberData(nameof(Folders))]
    public void No_source_file_is_longer_than_400_lines(string folder) =>
        Assert.Empty(Sources(folder).Select(path => (path, lines: Repository.Read(path).AsSpan().Count('\n'))).Where(file => file.lines > LongestFile));

    [Theory, MemberData(nameof(Folders))]
    public void What_is_not_built_is_not_there(string folder) =>
        Assert.Empty(Sources(folder).Where(path => NotesForLater.Any(note => Repository.Read(path).Contains(note, StringComparison.Ordinal))));

    [Theory, MemberData(nameof(Folders))]
    public void Namespaces_are_file_scoped_and_follow_the_folder(string folder)
    {
        foreach (var path in Sources(folder))
        {
            var declared = Regex.Match(Repository.Read(path), @"^namespace ([\w.]+)(;?)", RegexOptions.Multiline);
            if (!declared.Success)
            {
                continue;   // top-level statements, assembly attributes
            }
            var parts = path.Split('/');
            var shared = path.StartsWith("tests/Support/", StringComparison.Ordinal);
            var expected = $"StreamGrains.{(shared ? "Tests.Support" : parts[parts[0] is "tests" or "samples" && parts.Length > 2 ? 1 : 0])}";
            Assert.True(declared.Groups[2].Length == 1, $"{path}: the namespace is not file-scoped.");
            Assert.True(
                declared.Groups[1].Value.StartsWith(expected, StringComparison.OrdinalIgnoreCase),
                $"{path}: namespace {declared.Groups[1].Value} does not begin with {expected}.");
        }
    }

    [Fact]
    public void Nobody_but_a_step_itself_knows_which_kinds_of_step_there_are()
    {
        var kinds = Repository.Files(".cs").Where(path => Regex.IsMatch(path, "^Engine/Steps/.*/[A-Z][A-Za-z]*Plan[.]cs$")).Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        Assert.NotEmpty(kinds);
        Assert.Empty(Naming(kinds, "Engine/Steps/", "Specs/Steps/"));
    }

    [Fact]
    public void Nobody_but_the_registry_knows_which_formats_there_are()
    {
        var formats = Repository.Files(".cs").Where(path => Regex.IsMatch(path, "^Engine/Formats/.+/[A-Z][A-Za-z]*Format[.]cs$")).Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        Assert.NotEmpty(formats);
        // The engine writes late rows and the rows in dead letters as JSON by itself, and what goes to a stream is JSON.
        Assert.Equal(["Specs/Formats/RecordFormats.cs"], Naming(formats.Where(f => f != "JsonFormat"), "Engine/Formats/"));
    }

    [Fact]
    public void Tests_of_the_core_do_not_sleep() =>
        Assert.Empty(Sources("tests")
            .Where(path => path.StartsWith("tests/Engine.Tests/", StringComparison.Ordinal) || path.StartsWith("tests/Simulation", StringComparison.Ordinal))
            .Where(path => Regex.IsMatch(Repository.Read(path), @"\bThread\.Sleep\(|\bTask\.Delay\(")));

    /// <summary>Product files that name one of these types, but for those in some folders.</summary>
    private static IEnumerable<string> Naming(IEnumerable<string> types, params string[] apart)
    {
        var named = new Regex($@"\b({string.Join('|', types)})\b");
        string[] without = ["tests/", "benchmarks/", .. apart];
        return Repository.Files(".cs").Where(path => !without.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) && named.IsMatch(Repository.Read(path)));
    }

    private static IEnumerable<string> Sources(string folder) =>
        Repository.Files(".cs").Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal));
}
