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
            await new Client.StreamGrainsClient(admin).SubmitAsync(Specs.Submission(Specs.Spending()));
            await admin.PostAsync("/api/v1/jobs", new StringContent("{", null, "application/json"));
            await admin.DeleteAsync("/api/v1/jobs/spending");

            Assert.Equal(
                [
                    "rita asked for POST /api/v1/jobs/spending/stop: 403 (from 127.0.0.1)",
                    "- asked for DELETE /api/v1/jobs/spending: 401 (from 127.0.0.1)",
                    "anna asked for POST /api/v1/jobs: 201 (from 127.0.0.1)",
                    "anna asked for POST /api/v1/jobs: 400 (from 127.0.0.1)",
                    "anna asked for DELETE /api/v1/jobs/spending: 409 (from 127.0.0.1)",
                ],
                server.Log.Audit);
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
