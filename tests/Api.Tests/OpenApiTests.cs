using StreamGrains.Api.Tests.Support;

namespace StreamGrains.Api.Tests;

public sealed class OpenApiTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task The_published_document_is_the_servers()
    {
        await using var server = await TestServer.Start(world);
        using var http = new HttpClient { BaseAddress = server.Address };
        var text = await http.GetStringAsync("/openapi/v1.json") + "\n";
        var published = Repository.PathOf("docs/openapi.json");
        // STREAMGRAINS_WRITE_DOCS=1 writes it anew.
        if (Environment.GetEnvironmentVariable("STREAMGRAINS_WRITE_DOCS") == "1") await File.WriteAllTextAsync(published, text);

        Assert.Equal(await File.ReadAllTextAsync(published), text);
    }

    [Fact]
    public async Task The_check_of_answers_finds_what_the_document_does_not_say()
    {
        Assert.Empty(await ContractCheck.Problems(HttpMethod.Get, "/api/v1/jobs", 200, "application/json", "[]"));
        Assert.NotEmpty(await ContractCheck.Problems(HttpMethod.Get, "/api/v1/jobs", 200, "application/json", "{}"));
        Assert.NotEmpty(await ContractCheck.Problems(HttpMethod.Get, "/api/v1/jobs", 200, "text/html", "[]"));
        Assert.NotEmpty(await ContractCheck.Problems(HttpMethod.Get, "/api/v1/jobs", 418, "application/json", "[]"));
        Assert.NotEmpty(await ContractCheck.Problems(HttpMethod.Get, "/api/v1/models/0", 200, "application/json", """{"sha256":5}"""));
        Assert.NotEmpty(await ContractCheck.Problems(HttpMethod.Get, "/api/v1/models/0", 200, "application/json", """{"sha256":"0","more":1}"""));
    }
}
