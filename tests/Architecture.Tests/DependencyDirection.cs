using System.Xml.Linq;
using Xunit;

namespace StreamGrains.Architecture.Tests;

public class DependencyDirection
{
    // Project references a project may have, and the packages; null: any that is not the outside world of another project.
    private static readonly Dictionary<string, (string[] Projects, string[]? Packages)> Allowed = new()
    {
        ["Engine"] = ([], []),
        ["Contracts"] = ([], []),
        ["Kafka"] = (["Engine"], ["Confluent.Kafka"]),
        ["Onnx"] = (["Engine"], ["Microsoft.ML.OnnxRuntime"]),
        ["Storage"] = (["Engine"], ["AWSSDK.S3", "Azure.Storage.Blobs"]),
        ["Specs"] = (["Contracts", "Engine"], ["YamlDotNet"]),
        ["Runtime"] = (["Contracts", "Engine"], []),
        ["Control"] = (["Runtime", "Specs"], []),
        ["Server"] = (["Control"], null),
        ["Composition"] = (["Control", "Kafka", "Onnx", "Server", "Storage"], []),
        ["Cli"] = (["Client", "Composition", "Kafka", "Onnx", "Server", "Storage"], null),
        ["Client"] = (["Contracts"], null),
        ["Grains.Interfaces"] = (["Contracts"], null),
        ["Grains"] = (["Control", "Grains.Interfaces"], null),
        ["Interop.OrleansStreamsKafka"] = ([], ["Confluent.Kafka"]),
        ["Silo"] = (["Composition", "Grains", "Server"], null),
    };

    private static readonly string[] OutsideWorlds = ["Confluent.Kafka", "Microsoft.ML.OnnxRuntime", "AWSSDK.S3", "Azure.Storage.Blobs"];
    private static readonly string[] WithOrleans = ["Client", "Grains.Interfaces", "Grains", "Silo"];

    public static TheoryData<string> ProductProjects() =>
        new(Repository.Files(".csproj").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal)
            && !path.StartsWith("benchmarks/", StringComparison.Ordinal) && !path.StartsWith("samples/", StringComparison.Ordinal)));

    [Theory, MemberData(nameof(ProductProjects))]
    public void A_project_references_only_what_lies_beneath_it(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path)["StreamGrains.".Length..];
        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{path} has no entry in the table of allowed references.");
        var project = XDocument.Parse(Repository.Read(path));

        Assert.Empty(Includes(project, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r)["StreamGrains.".Length..]).Except(allowed.Projects));
        Assert.Empty(Includes(project, "PackageReference").Where(package => !MayUse(name, allowed.Packages, package)));
    }

    [Theory]
    [InlineData("Engine", "Microsoft.AspNetCore")]
    [InlineData("Contracts", "Microsoft.AspNetCore")]
    [InlineData("Client", "Microsoft.AspNetCore")]
    [InlineData("Specs", "Microsoft.AspNetCore")]
    [InlineData("Runtime", "Microsoft.AspNetCore")]
    [InlineData("Control", "Microsoft.AspNetCore")]
    [InlineData("Grains", "Microsoft.AspNetCore")]
    public void What_runs_jobs_knows_no_framework_beyond_the_base_library(string folder, string framework)
    {
        var project = XDocument.Parse(Repository.Read($"{folder}/StreamGrains.{folder}.csproj"));
        Assert.Equal("Microsoft.NET.Sdk", project.Root!.Attribute("Sdk")!.Value);
        Assert.DoesNotContain(Includes(project, "FrameworkReference"), reference => reference.StartsWith(framework, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Confluent.Kafka", "Kafka")]
    [InlineData("Microsoft.ML.OnnxRuntime", "Onnx")]
    [InlineData("Amazon", "Storage")]
    [InlineData("Azure", "Storage")]
    public void Only_its_own_folder_uses_the_library_of_an_outside_system(string library, string owner)
    {
        // References are transitive, so the project files alone would not show this. What makes other libraries' topics readable stands alone.
        var users = Repository.Files(".cs")
            .Where(path => Allowed.ContainsKey(path.Split('/')[0]) && path.Split('/')[0] != "Interop.OrleansStreamsKafka")
            .Where(path => Repository.Read(path).Contains($"using {library}", StringComparison.Ordinal))
            .Select(path => path.Split('/')[0]);
        Assert.All(users, folder => Assert.Equal(owner, folder));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("StreamGrains.sln").Replace('\\', '/');
        Assert.Empty(Repository.Files(".csproj").Where(path => !solution.Contains($"\"{path}\"", StringComparison.Ordinal)));
    }

    private static bool MayUse(string project, string[]? packages, string package) =>
        packages?.Contains(package)
        ?? (!OutsideWorlds.Contains(package) && (WithOrleans.Contains(project) || !package.StartsWith("Microsoft.Orleans", StringComparison.Ordinal)));

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(element => element.Attribute("Include")?.Value.Replace('\\', '/')).OfType<string>();
}
