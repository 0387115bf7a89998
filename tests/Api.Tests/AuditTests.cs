using System.Text.Json;
using StreamGrains.Api.Tests.Support;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests;

public sealed class AuditTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Whoever_asks_for_a_change_is_noted_with_what_it_came_to()
    {
        await using (var server = await TestServer.Start(world, keys: true))
        {
            using var reader = server.As(TestServer.ReaderKey);
            using var admin = server.As(TestServer.AdminKey);
            await reader.GetAsync("/api/v1/jobs");
            await reader.PostAsync("/api/v1/jobs/spending/stop", null);
            await server.Http.DeleteAsync("/api/v1/jobs/spending");
            await new Client.StreamGrainsClient(admin).SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
            await admin.PostAsync("/api/v1/jobs", new StringContent("{", null, "application/json"));
            await admin.DeleteAsync("/api/v1/jobs/spending");

            Assert.Equal(
                [
                    "rita asked for POST /api/v1/jobs/spending/stop: 403 (from 127.0.0.1): the API key of 'rita' may not do this",
                    "- asked for DELETE /api/v1/jobs/spending: 401 (from 127.0.0.1): an API key is needed",
                    "anna asked for POST /api/v1/jobs: 201 (from 127.0.0.1): job 'spending' is created, revision 1",
                    "anna asked for POST /api/v1/jobs: 400 (from 127.0.0.1): the body is not what this request takes",
                    "anna asked for DELETE /api/v1/jobs/spending: 409 (from 127.0.0.1): job 'spending' runs",
                ],
                server.Log.Audit.Select(line => line.Split(';')[0]).Select(line => string.Join(": ", line.Split(": ").Take(3))));
        }
    }

    [Fact]
    public async Task No_name_in_a_path_makes_a_line_of_its_own()
    {
        await using var server = await TestServer.Start(world);

        await server.Http.PostAsync("/api/v1/jobs/x%0D%0Aanna%20asked%20for/stop", null);

        var line = Assert.Single(server.Log.Audit);
        Assert.DoesNotContain('\n', line);
        Assert.Contains("x%0D%0Aanna", line, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Refusal>, string> Failures() => new()
    {
        { "POST", () => throw new InvalidOperationException("the reason inside"), "the reason inside" },
        { "POST", () => throw new IOException("No space left on device", 28), "no space is left" },
        { "POST", () => Refusal.Of(RefusalKind.Conflict, "it does not fit"), "it does not fit" },
        { "GET", () => throw new InvalidOperationException("the reason inside"), "the reason inside" },
        { "GET", () => Refusal.Of(RefusalKind.Unavailable, "nobody\r\nanswers\u001b[1m"), "nobody  answers [1m" },
    };

    [Theory, MemberData(nameof(Failures))]
    public async Task What_failed_is_found_in_the_log_by_the_id_that_the_answer_shows(string method, Func<Refusal> answer, string reason)
    {
        await using var server = await TestServer.Start(world, control: new StubJobs(answer));
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "GET" ? "/api/v1/jobs/x" : "/api/v1/jobs/x/stop");
        using var http = new HttpClient { BaseAddress = server.Address };

        using var response = await http.SendAsync(request);

        var id = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("traceId").GetString()!;
        Assert.Contains(server.Log.Lines, line => line.Contains(id, StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_of_the_server_is_noted_as_one_and_tells_nothing_of_its_insides()
    {
        await using var server = await TestServer.Start(world, control: new StubJobs(() => throw new InvalidOperationException("secret of the house")));
        using var http = new HttpClient { BaseAddress = server.Address };

        var response = await http.PostAsync("/api/v1/jobs/x/stop", null);

        Assert.Equal(500, (int)response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Single(server.Log.Audit, l => l.Contains("/api/v1/jobs/x/stop: 500", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Unavailable, 503)]
    public async Task Refusals_are_problem_details_with_their_status(RefusalKind kind, int status)
    {
        await using var server = await TestServer.Start(world, control: new StubJobs(() => Refusal.Of(kind, "what to do")));

        using var response = await server.Http.PostAsync("/api/v1/jobs/x/stop", null);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("what to do", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
