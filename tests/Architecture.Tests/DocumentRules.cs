using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace StreamGrains.Architecture.Tests;

public class DocumentRules
{
    public static TheoryData<string> Documents() => new(Repository.Files(".md"));

    [Fact]
    public void Every_package_has_its_line_of_reason_and_no_line_outlives_its_package()
    {
        var packages = XDocument.Parse(Repository.Read("Directory.Packages.props")).Descendants("PackageVersion").Select(p => p.Attribute("Include")!.Value);
        var documented = Regex.Matches(Repository.Read("docs/dependencies.md"), @"^\| `([^`]+)` \|", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
        Assert.Equal(packages.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Documents))]
    public void Links_within_the_repository_lead_somewhere(string document)
    {
        var folder = Path.GetDirectoryName(document) ?? "";
        var links = Regex.Matches(Repository.Read(document), @"\]\((?!https?:|mailto:|#)([^)#\s]+)").Select(match => match.Groups[1].Value);
        Assert.Empty(links.Where(link => !Repository.Exists(Path.Combine(folder, link))));
    }

    [Theory, MemberData(nameof(Documents))]
    public void Source_files_and_folders_that_a_document_names_are_there(string document)
    {
        var folders = string.Join('|', Repository.Files(".csproj").Select(path => Regex.Escape(path.Split('/')[0])).Distinct());
        var named = Regex.Matches(Repository.Read(document), $"`((?:{folders})/[A-Za-z0-9_./-]+)`").Select(match => match.Groups[1].Value);
        // NAME stands for any.
        Assert.Empty(named.Where(path => !path.Contains("NAME", StringComparison.Ordinal) && !Repository.Exists(path)));
    }

    [Fact]
    public void Every_product_folder_is_on_the_contributors_map()
    {
        var map = Repository.Read("CONTRIBUTING.md");
        var folders = Repository.Files(".csproj").Select(path => path.Split('/')[0]).Distinct();
        Assert.Empty(folders.Where(folder => !Regex.IsMatch(map, $@"^\|.*\b{Regex.Escape(folder)}\b", RegexOptions.Multiline)));
    }
}
