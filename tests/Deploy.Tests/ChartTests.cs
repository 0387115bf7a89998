using System.Text.RegularExpressions;

namespace StreamGrains.Deploy.Tests;

/// <summary>The chart as a whole, and its page.</summary>
public class ChartTests
{
    public static TheoryData<string> Values => Chart.Values();

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Helm_finds_nothing_to_complain_about(string values)
    {
        var outcome = Chart.Lint(values);
        Assert.True(outcome.Succeeded, outcome.Output + outcome.Errors);
        Assert.DoesNotContain("[WARNING]", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_values_file_for_everything_sets_every_value_of_the_chart()
    {
        var given = Manifest.Parse(Repository.Read("tests/Deploy.Tests/values/everything.yaml")).Single();
        // A secret of one's own and the chart's exclude each other; so do the shared volume and the other storage.
        string[] elsewhere = ["existingSecret", "existingSecretKey", "sharedVolume", "digest"];
        Assert.Empty(Paths(Chart.Defaults()).Where(path => given.Find(path) is null && !path.Split('/').Intersect(elsewhere).Any()));
    }

    [Fact]
    public void Every_value_has_a_row_in_the_charts_table_and_no_row_outlives_its_value()
    {
        var page = Repository.Read("deploy/helm/streamgrains/README.md");
        var cells = page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')[1]);
        var rows = cells.SelectMany(cell => Regex.Matches(cell, "`([A-Za-z]+)[^`]*`").Select(match => match.Groups[1].Value)).Distinct();
        Assert.Equal(Chart.Defaults().Keys.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [ToolFact("helm")]
    public void Two_releases_in_a_namespace_share_no_name()
    {
        var first = Chart.Render("everything", "fullnameOverride=one", "serviceAccount.name=").Select(manifest => (manifest.Kind, manifest.Name)).ToList();
        var second = Chart.Render("everything", "fullnameOverride=two", "serviceAccount.name=").Select(manifest => (manifest.Kind, manifest.Name));
        Assert.Equal(9, first.Count);
        Assert.Empty(first.Intersect(second));
    }

    // Down to what a user would name; the security contexts are a standard to keep, not settings to make.
    private static IEnumerable<string> Paths(Manifest values) =>
        values.Keys.Where(key => key is not ("podSecurityContext" or "securityContext"))
            .SelectMany(key => values.At(key).Keys.Any() ? Paths(values.At(key)).Select(path => $"{key}/{path}") : [key]);
}
