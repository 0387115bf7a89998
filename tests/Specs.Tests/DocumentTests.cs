using System.Text.RegularExpressions;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Tests;

public class DocumentTests
{
    private static readonly List<string> Blocks =
        [.. Regex.Matches(File.ReadAllText(Repository.PathOf("docs/spec.md")),
            "^```yaml\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(m => m.Groups[1].Value)];

    public static TheoryData<int> Examples() => [.. Enumerable.Range(0, Blocks.Count)];

    [Theory, MemberData(nameof(Examples))]
    public void Every_example_of_the_docs_compiles(int example) => Compile.Good(Whole(Blocks[example]));

    [Fact]
    public void There_is_an_example_for_each_step()
    {
        foreach (var step in SpecShape.Of(typeof(Contracts.Steps.StepSpec)).Members)
            Assert.Contains(Blocks, b => b.Contains($"- {step.Name}:", StringComparison.Ordinal));
    }

    /// <summary>Settings go above the first example, steps below its from.</summary>
    private static string Whole(string block)
    {
        if (block.StartsWith("job:", StringComparison.Ordinal)) return block;
        if (!block.StartsWith("- ", StringComparison.Ordinal)) return block + Blocks[0];
        var from = Blocks[0].IndexOf("  - to:", StringComparison.Ordinal);
        var steps = string.Concat(block.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line}\n"));
        return Blocks[0][..from] + steps + (block.Contains("- to:", StringComparison.Ordinal) ? "" : "  - to: { topic: end }\n");
    }
}
