using Xunit;

namespace StreamGrains.Architecture.Tests;

public class FolderCycles
{
    // Projects whose folders still have cycles: one that has none any more comes off this list.
    private static readonly string[] Tangled = ["Engine"];

    [Theory, MemberData(nameof(DependencyDirection.ProductProjects), MemberType = typeof(DependencyDirection))]
    public void Folders_of_a_project_do_not_use_each_other_in_a_circle(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        var paths = Repository.Files(".cs").Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal));
        var cycle = new FolderGraph(paths.Select(path => (path, Repository.Read(path)))).Cycle();
        if (Tangled.Contains(folder)) Assert.True(cycle is not null, $"The folders of {folder} have no cycle any more: take it off the list.");
        else Assert.True(cycle is null, cycle);
    }

    [Fact]
    public void A_circle_is_told_with_the_files_and_types_that_make_it()
    {
        var graph = new FolderGraph(
        [
            ("P/Top.cs", "using S.P.A;\nnamespace S.P;\n\ninternal sealed class Top(One one);\n"),
            ("P/A/One.cs", "namespace S.P.A;\n\npublic sealed class One\n{\n    private readonly B.Two two = new();\n}\n"),
            ("P/B/Two.cs", "using S.P.A;\nnamespace S.P.B;\n\n/// <summary>Not used by Top.</summary>\npublic record Two(One? One);\n"),
        ]);
        Assert.Equal("P/A/One.cs uses Two of P/B\nP/B/Two.cs uses One of P/A", graph.Cycle());
    }

    [Fact]
    public void A_name_that_is_not_seen_makes_no_circle() => Assert.Null(new FolderGraph(
    [
        ("P/A/One.cs", "using S.P.B;\nnamespace S.P.A;\n\npublic sealed class One(Two two);\n"),
        ("P/B/Two.cs", "namespace S.P.B;\n\npublic sealed class Two\n{\n    public string One => \"One\";\n}\n"),
    ]).Cycle());
}
