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
        var named = new Regex($@"\b({string.Join('|', kinds)})\b");
        Assert.Empty(Repository.Files(".cs")
            .Where(path => !path.StartsWith("Engine/Steps/", StringComparison.Ordinal) && !path.StartsWith("Specs/Steps/", StringComparison.Ordinal))
            .Where(path => !path.StartsWith("tests/", StringComparison.Ordinal) && !path.StartsWith("benchmarks/", StringComparison.Ordinal))
            .Where(path => named.IsMatch(Repository.Read(path))));
    }

    [Fact]
    public void Nobody_but_the_registry_knows_which_formats_there_are()
    {
        var formats = Repository.Files(".cs").Where(path => Regex.IsMatch(path, "^Engine/Formats/.+/[A-Z][A-Za-z]*Format[.]cs$")).Select(path => Path.GetFileNameWithoutExtension(path)).ToList();
        Assert.NotEmpty(formats);
        // The engine writes late rows and the rows in dead letters as JSON by itself, and what goes to a stream is JSON.
        var named = new Regex($@"\b({string.Join('|', formats.Where(f => f != "JsonFormat"))})\b");
        Assert.Equal(["Specs/Formats/RecordFormats.cs"], Repository.Files(".cs")
            .Where(path => !path.StartsWith("Engine/Formats/", StringComparison.Ordinal) && !path.StartsWith("tests/", StringComparison.Ordinal) && !path.StartsWith("benchmarks/", StringComparison.Ordinal))
            .Where(path => named.IsMatch(Repository.Read(path))));
    }

    [Fact]
    public void Tests_of_the_core_do_not_sleep() =>
        Assert.Empty(Sources("tests")
            .Where(path => path.StartsWith("tests/Engine.Tests/", StringComparison.Ordinal) || path.StartsWith("tests/Simulation", StringComparison.Ordinal))
            .Where(path => Regex.IsMatch(Repository.Read(path), @"\bThread\.Sleep\(|\bTask\.Delay\(")));

    private static IEnumerable<string> Sources(string folder) =>
        Repository.Files(".cs").Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal));
}
