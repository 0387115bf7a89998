using System.Text.Json;
using StreamGrains.Cluster.Tests.Support;

namespace StreamGrains.Cluster.Tests;

/// <summary>The log of a silo, as people and as programs read it.</summary>
public sealed class SiloLogTests : IDisposable
{
    private readonly string data = Directory.CreateTempSubdirectory("streamgrains-silo-log-").FullName;

    public void Dispose() => Directory.Delete(data, recursive: true);

    [Fact]
    public void Lines_begin_with_the_time_and_the_first_says_what_serves_where()
    {
        var lines = Run("text", silo => Assert.Contains("service_name=\"streamgrains-silo\"", silo.Ask(HttpMethod.Get, "/metrics"), StringComparison.Ordinal));

        Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [a-z]{4}: ", line));
        Assert.Contains(lines, line => line.Contains("StreamGrains.Server[1] streamgrains-silo ", StringComparison.Ordinal)
            && line.EndsWith(" as alone; cluster streamgrains, service streamgrains, members in localhost; Kafka at 127.0.0.1:1; snapshots in kafka:", StringComparison.Ordinal));
        Assert.EndsWith("streamgrains-silo has stopped", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void As_json_each_line_is_an_object_with_the_id_of_what_failed()
    {
        var answer = "";
        var lines = Run("json", silo => answer = silo.Ask(HttpMethod.Post, "/api/v1/jobs/nothing/stop")).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        var refused = Assert.Single(lines, line => line.GetProperty("Category").GetString() == "StreamGrains.Audit").GetProperty("State");
        Assert.Equal(JsonDocument.Parse(answer).RootElement.GetProperty("traceId").GetString(), refused.GetProperty("TraceId").GetString());
    }

    private IReadOnlyList<string> Run(string format, Action<SiloProcess> ask)
    {
        using var silo = new SiloProcess("alone", ["--StreamGrains:Kafka:Bootstrap=127.0.0.1:1", $"--StreamGrains:Data={data}", $"--StreamGrains:Log:Format={format}"]);
        silo.WaitUntilReady();
        ask(silo);
        silo.Stop();
        return silo.Lines;
    }
}
