using System.Text.RegularExpressions;
using Xunit;

namespace StreamGrains.Architecture.Tests;

public class VocabularyTests
{
    private static readonly List<string[]> Terms = [.. Repository.Read("docs/vocabulary.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1).Select(line => line.Split('|'))];

    private static readonly HashSet<string> Types = [.. Repository.Files(".cs").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal))
        .SelectMany(path => Regex.Matches(Repository.Read(path), @"^ *(?:public|internal|private|protected)[a-z ]* (?:class|struct|record|interface|enum) (\w+)", RegexOptions.Multiline).Select(m => m.Groups[1].Value))];

    [Fact]
    public void Every_type_of_the_vocabulary_is_there()
    {
        Assert.True(Terms.Count > 20);
        Assert.Empty(Terms.SelectMany(t => Quoted(t[3])).Where(name => !Types.Contains(name)));
    }

    [Fact]
    public void No_type_has_a_name_that_the_vocabulary_has_another_for() =>
        Assert.Empty(Terms.SelectMany(t => Quoted(t[4])).Where(Types.Contains));

    private static IEnumerable<string> Quoted(string cell) => Regex.Matches(cell, "`([^`]+)`").Select(m => m.Groups[1].Value);
}
