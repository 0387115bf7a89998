using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using StreamGrains.Api.Tests.Support;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine;

namespace StreamGrains.Api.Tests;

public sealed class SubmitTests : IAsyncLifetime, IDisposable
{
    private readonly World world = new();
    private TestServer server = null!;

    public async Task InitializeAsync() => server = await TestServer.Start(world);

    public async Task DisposeAsync() => await server.DisposeAsync();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_new_job_is_created_with_its_address_and_runs()
    {
        using var response = await Post(SampleJobs.Submission(SampleJobs.Spending()));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("/api/v1/jobs/spending", response.Headers.Location!.ToString());
        var status = await server.Client.Until("spending", JobPhase.Running);
        Assert.Equal(["this-server", "this-server"], status.Slots.Select(s => s.Owner));
        Assert.Equal(2, status.Partitions.Count);
    }

    [Fact]
    public async Task The_same_again_changes_nothing_also_when_it_comes_many_times_at_once()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()))));

        Assert.Single(answers, a => a.Outcome == SubmitOutcome.Created);
        Assert.Equal(19, answers.Count(a => a.Outcome == SubmitOutcome.Unchanged));
        Assert.All(answers, a => Assert.Equal(1, a.Revision));
    }

    [Fact]
    public async Task A_spec_that_leaves_state_alone_upgrades_and_one_that_does_not_is_a_conflict()
    {
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));

        var upgraded = await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(output: "spent-2")));
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(over: "8d"))));

        Assert.Equal((SubmitOutcome.Upgraded, 2), (upgraded.Outcome, upgraded.Revision));
        Assert.Equal(ProblemKind.Conflict, refused.Kind);
        Assert.Equal(2, (await server.Client.Until("spending", JobPhase.Running)).Revision);
    }

    [Fact]
    public async Task A_spec_that_adds_state_goes_on_and_the_answer_tells_of_every_step()
    {
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        var more = SampleJobs.Submission(SampleJobs.Spending(more: "  - rolling: { visits: count() over 1h }"));

        var upgraded = await server.Client.SubmitAsync(more);

        Assert.Equal((SubmitOutcome.Upgraded, 2), (upgraded.Outcome, upgraded.Revision));
        Assert.Equal(
            ["source 'payments': its place and event time are carried over", "rolling-1 (spent): carried over", "rolling-2 (visits): starts empty, complete after 1h of event time"], upgraded.Notes);
        Assert.Equal(2, (await server.Client.Until("spending", JobPhase.Running)).Revision);
        Assert.Equal([1, 2], (await server.Client.SavepointsAsync("spending")).Select(s => s.Revision));
        Assert.Equal(SubmitOutcome.Unchanged, (await server.Client.SubmitAsync(more)).Outcome);
    }

    [Fact]
    public async Task A_spec_that_drops_state_is_refused_with_what_it_drops_until_that_is_allowed()
    {
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        var longer = SampleJobs.Submission(SampleJobs.Spending(over: "8d"));

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(longer));
        Assert.Equal(ProblemKind.Conflict, refused.Kind);
        Assert.Contains("rolling-1 (spent) of the revision before: dropped", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await server.Client.StatusAsync("spending")).Revision);

        var allowed = await server.Client.SubmitAsync(longer with { AllowStateLoss = true });
        Assert.Equal(["source 'payments': its place and event time are carried over", "rolling-1 (spent): starts empty, complete after 8d of event time", "rolling-1 (spent) of the revision before: dropped"], allowed.Notes);
        Assert.Equal(2, (await server.Client.Until("spending", JobPhase.Running)).Revision);
    }

    [Fact]
    public async Task A_dry_run_answers_what_the_submission_would_and_changes_nothing()
    {
        var (client, longer) = (server.Client, SampleJobs.Submission(SampleJobs.Spending(over: "8d")));
        var fresh = await client.DryRunAsync(SampleJobs.Submission(SampleJobs.Spending()));
        Assert.Empty(await client.ListAsync());
        Assert.DoesNotContain("spending.journal", world.Kafka.Topics.Keys);
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));

        var same = await client.DryRunAsync(SampleJobs.Submission(SampleJobs.Spending()));
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => client.DryRunAsync(longer));
        var allowed = await client.DryRunAsync(longer with { AllowStateLoss = true });
        var mistaken = await Assert.ThrowsAsync<StreamGrainsException>(() => client.DryRunAsync(new JobSubmission { Spec = "job: spending" }));

        Assert.Equal((SubmitOutcome.Created, 1), (fresh.Outcome, fresh.Revision));
        Assert.Equal(SubmitOutcome.Unchanged, same.Outcome);
        Assert.Contains("rolling-1 (spent) of the revision before: dropped", refused.Message, StringComparison.Ordinal);
        Assert.Equal((SubmitOutcome.Upgraded, 2), (allowed.Outcome, allowed.Revision));
        Assert.Contains("rolling-1 (spent) of the revision before: dropped", allowed.Notes);
        Assert.NotEmpty(mistaken.Mistakes);
        Assert.Equal(1, (await client.StatusAsync("spending")).Revision);
        Assert.Single(server.Log.Audit);
    }

    [Fact]
    public async Task A_dry_run_takes_models_that_were_not_uploaded_on_trust_and_says_so()
    {
        await File.WriteAllTextAsync(Path.Combine(world.Data, "m.onnx"), "weights");
        var spec = JobBuilder.Create("scoring")
            .Source("payments", s => s.Key("customer").Field("customer", Contracts.FieldType.Long).Field("amount", Contracts.FieldType.Double))
            .Score("m.onnx", ["amount"]).To("scored").Build();

        var answer = await server.Client.DryRunAsync(spec, world.Data);

        Assert.Equal(["model 'm.onnx' is not on the server yet: whether it fits shows when it is handed in"], answer.Notes);
        Assert.Empty(await server.Client.UploadedModelsAsync());
        await server.Client.SubmitAsync(spec, world.Data);
        Assert.Equal(SubmitOutcome.Unchanged, (await server.Client.DryRunAsync(spec, world.Data)).Outcome);
    }

    [Fact]
    public async Task A_job_that_cannot_be_upgraded_now_goes_on_as_it_was()
    {
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        world.StorageAway = new IOException("the storage does not answer");

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(more: "  - rolling: { visits: count() over 1h }"))));
        world.StorageAway = null;

        Assert.Equal((ProblemKind.Unavailable, "the storage does not answer"), (refused.Kind, refused.Message));
        Assert.Equal(1, (await server.Client.Until("spending", JobPhase.Running)).Revision);
    }

    [Theory]
    [InlineData("spending.by-shop", "is job 'spending's own")]
    [InlineData("spending.dead-letters", "is job 'spending's own")]
    [InlineData("bad-payments", "where the dead letters of job 'spending' go")]
    public async Task A_job_that_would_write_what_another_job_owns_is_refused(string topic, string why)
    {
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending() + "\ndead_letters: { topic: bad-payments }"));

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(job: "other", output: topic))));

        Assert.Equal(ProblemKind.Conflict, refused.Kind);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Single(await server.Client.ListAsync());
    }

    [Fact]
    public async Task A_job_whose_own_topics_another_job_writes_already_is_refused()
    {
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(job: "other", output: "spending.by-shop")));

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending())));

        Assert.Contains("job 'other' writes to 'spending.by-shop', which would be job 'spending's own", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_somebody_else_runs_on_the_cluster_is_refused_and_one_that_rests_there_is_noted()
    {
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        await server.Client.StopAsync("spending");
        await server.Client.RemoveAsync("spending");

        world.Kafka.Strangers = 1;
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending())));
        world.Kafka.Strangers = 0;
        Assert.Equal(ProblemKind.Conflict, refused.Kind);
        Assert.Contains("somebody else runs job 'spending' on this cluster: its journal 'spending.journal' grows", refused.Message, StringComparison.Ordinal);

        var noted = await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        Assert.Equal(SubmitOutcome.Created, noted.Outcome);
        Assert.Contains("the job has committed on this cluster before, and this server has no record of that: it goes on from there", Assert.Single(noted.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_with_streams_is_refused_where_there_is_no_silo()
    {
        var spec = SampleJobs.Spending(more: "  - to: { stream: { provider: alerts, namespace: fraud, key: customer } }");

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(spec)));

        Assert.Equal(ProblemKind.Invalid, refused.Kind);
        Assert.Contains("which needs a silo, and this process is none", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_told_with_its_place_and_what_was_meant()
    {
        var spec = SampleJobs.Spending().Replace("amount: double", "amount: duble", StringComparison.Ordinal).Replace("key: customer }", "key: custmer }", StringComparison.Ordinal);

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(new JobSubmission { Spec = spec, File = "mine.yaml", Set = ["commit.every=soon"] }));

        Assert.Equal(ProblemKind.Invalid, refused.Kind);
        Assert.Contains(refused.Mistakes, m => m is { File: "mine.yaml", Line: 6, Suggestion: "double" });
        Assert.Contains(refused.Mistakes, m => m.File == "--set commit.every=soon");
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_refused_with_the_nearest_name()
    {
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() =>
            server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending().Replace("topic: payments", "topic: paymets", StringComparison.Ordinal))));

        Assert.Contains("Did you mean 'payments'?", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_kafka_does_not_answer_the_request_may_be_sent_again_later()
    {
        world.Kafka.Down = new IOException("no Kafka broker answers");
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending())));
        world.Kafka.Down = null;

        Assert.Equal((ProblemKind.Unavailable, "no Kafka broker answers"), (refused.Kind, refused.Message));
        Assert.Equal(SubmitOutcome.Created, (await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()))).Outcome);
    }

    [Fact]
    public async Task What_kafka_refuses_is_refused_with_its_reason()
    {
        world.Kafka.Down = new JobFailed("Kafka refuses: not authorized");
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending())));
        world.Kafka.Down = null;

        Assert.Equal((ProblemKind.Conflict, "Kafka refuses: not authorized"), (refused.Kind, refused.Message));
    }

    [Theory]
    [InlineData("{", "the body is not what this request takes")]
    [InlineData("{}", "spec")]
    [InlineData("null", "body")]
    [InlineData("""{"spec":null}""", "the body is not what this request takes")]
    [InlineData("""{"spec":"a","set":null}""", "the body is not what this request takes")]
    [InlineData("""{"spec":"a","set":[null]}""", "here is a null")]
    [InlineData("""{"spec":"a","models":{"m":null}}""", "here is a null")]
    [InlineData("""{"spec":5}""", "the body is not what this request takes")]
    [InlineData("""{"spec":""}""", "mistake")]
    [InlineData("""{"spec":"a","models":{"a\u0000b":"0"}}""", "upload it first")]
    public async Task A_body_that_is_no_submission_is_told_what_is_wrong_with_it(string body, string expected)
    {
        using var response = await server.Http.PostAsync("/api/v1/jobs", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (await Problem(response)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_not_read()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/jobs") { Content = new StringContent(new string(' ', 5 << 20), Encoding.UTF8, "application/json") };
        request.Headers.ExpectContinue = true;
        using var response = await server.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("application/yaml")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=klingon")]
    public async Task A_body_of_another_type_is_not_read(string type)
    {
        using var content = new StringContent("""{"spec":"job: x"}""");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var response = await server.Http.PostAsync("/api/v1/jobs", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Empty(server.Log.Errors);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("../../outside")]
    [InlineData("a/b")]
    public async Task A_name_that_leads_elsewhere_is_no_name_of_a_job(string name)
    {
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(name))));

        Assert.Contains(refused.Mistakes, m => m.Message.Contains("the job's name", StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.Data));
    }

    [Theory]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("%2e%2e%2fjobs")]
    [InlineData("%F0%9F%92%A5")]
    public async Task Odd_names_in_paths_are_names_of_no_job(string name)
    {
        foreach (var (method, path) in new[] { ("GET", ""), ("GET", "/log"), ("GET", "/models"), ("POST", "/stop"), ("POST", "/start"), ("DELETE", "") })
        {
            using var response = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"/api/v1/jobs/{name}{path}"));
            Assert.InRange(response.StatusCode, HttpStatusCode.BadRequest, HttpStatusCode.NotFound);
        }
        Assert.Empty(server.Log.Errors);
    }

    private async Task<HttpResponseMessage> Post(JobSubmission submission) => await server.Http.PostAsJsonAsync("/api/v1/jobs", submission, ControlJson.Options);

    private static async Task<JsonElement> Problem(HttpResponseMessage response) => JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
}
