using System.Text.RegularExpressions;

namespace StreamGrains.Deploy.Tests;

/// <summary>The images, and the cluster on one machine, as far as text tells.</summary>
public class ImageTests
{
    private static readonly Manifest Compose = Manifest.Parse(Repository.Read("deploy/compose.yaml")).Single();

    [Fact]
    public void An_image_runs_as_the_user_that_the_chart_names()
    {
        var user = Regex.Match(Repository.Read("deploy/Dockerfile"), @"^USER (\d+):(\d+)$", RegexOptions.Multiline);
        var pod = Chart.Defaults().At("podSecurityContext");
        Assert.Equal((pod.Text("runAsUser"), pod.Text("runAsGroup")), (user.Groups[1].Value, user.Groups[2].Value));
    }

    [Fact]
    public void The_build_context_has_every_folder_that_programs_are_built_from()
    {
        var taken = Repository.Read(".dockerignore").Split('\n');
        var folders = Repository.Files(".csproj").Select(path => path.Split('/')[0]).Except(["benchmarks", "samples", "tests", "Interop.OrleansStreamsKafka"]).Distinct();
        Assert.Empty(folders.Where(folder => !taken.Contains($"!{folder}")));
    }

    [Fact]
    public void Programs_are_started_by_the_names_that_they_are_built_under()
    {
        var dockerfile = Repository.Read("deploy/Dockerfile");
        var published = Regex.Matches(dockerfile, @"dotnet publish (\S+\.csproj)").Select(match => match.Groups[1].Value).Where(Repository.Exists).ToList();
        Assert.NotEmpty(published);
        foreach (var project in published)
        {
            var named = Regex.Match(Repository.Read(project), "<AssemblyName>(.+)</AssemblyName>");
            var program = named.Success ? named.Groups[1].Value : Path.GetFileNameWithoutExtension(project);
            Assert.Contains($"ENTRYPOINT [\"dotnet\", \"/app/{program}.dll\"]", dockerfile, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_cluster_on_one_machine_is_reached_from_this_machine_only()
    {
        var ports = Compose.At("services").Keys.SelectMany(name => Compose.At($"services/{name}").Find("ports")?.Items ?? []).Select(port => port.Node.ToString()).ToList();
        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Fact]
    public void No_image_is_taken_by_a_tag_that_moves_at_will()
    {
        var images = Compose.At("services").Keys.Select(name => Compose.At($"services/{name}").Find("image")).OfType<Manifest>().Select(image => image.Node.ToString());
        Assert.All(images, image => Assert.Matches(@"^[a-z0-9./-]+:(?!latest$)[\w.-]+$", image));
    }

    [Fact]
    public void No_key_or_password_is_in_the_files()
    {
        var settings = Repository.Read("deploy/.env.example").Split('\n').Where(line => line is not ("" or ['#', ..])).ToList();
        Assert.Equal(2, settings.Count);
        Assert.All(settings, line => Assert.EndsWith("=", line, StringComparison.Ordinal));
        Assert.Contains("deploy/.env", Repository.Read(".gitignore").Split('\n'));
    }
}
