using StreamGrains.Api.Tests.Support;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests;

/// <summary>Jobs of one process over stops, starts and restarts of their server.</summary>
public sealed class LifeTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_job_is_stopped_started_and_removed()
    {
        await using var server = await TestServer.Start(world);
        var client = server.Client;
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await client.Until("spending", JobPhase.Running);

        var running = await Assert.ThrowsAsync<StreamGrainsException>(() => client.RemoveAsync("spending"));
        Assert.Equal(JobPhase.Stopped, (await client.StopAsync("spending")).Phase);
        Assert.Equal(JobPhase.Stopped, (await client.StopAsync("spending")).Phase);
        await client.StartAsync("spending");
        await client.Until("spending", JobPhase.Running);
        await client.StopAsync("spending");
        Assert.Equal("spending", (await client.RemoveAsync("spending")).Job);

        Assert.Equal(ProblemKind.Conflict, running.Kind);
        Assert.Empty(await client.ListAsync());
        Assert.Equal(ProblemKind.NotFound, (await Assert.ThrowsAsync<StreamGrainsException>(() => client.StatusAsync("spending"))).Kind);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(world.Data, "jobs")));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_a_job_stops_all_the_same()
    {
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        Directory.CreateDirectory(Path.Combine(world.Data, "jobs"));
        foreach (var job in new[] { "spending", "next" }) File.CreateSymbolicLink(Path.Combine(world.Data, "jobs", $"{job}.json.tmp"), "/dev/full");

        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("next"))));
        var stopped = await server.Client.StopAsync("spending");

        Assert.Equal((ProblemKind.Unavailable, "no space is left where the server keeps jobs and models: make room there, and ask again"), (refused.Kind, refused.Message));
        Assert.Equal("spending", Assert.Single(await server.Client.ListAsync()).Job);
        Assert.Equal(JobPhase.Stopped, stopped.Phase);
        Assert.Contains("no space is left on its disk", stopped.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_jobs_do_not_get_on_is_degraded_and_stays_ready()
    {
        await using var server = await TestServer.Start(world);
        Assert.Equal("Healthy", await server.Http.GetStringAsync("health/ready"));
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        world.Kafka.Connecting = _ => throw new IOException("no broker answers");
        await server.Client.StopAsync("spending");
        await server.Client.StartAsync("spending");
        await server.Client.Until("spending", JobPhase.Failing);

        using var ready = await server.Http.GetAsync("health/ready");
        Assert.Equal((System.Net.HttpStatusCode.OK, "Degraded"), (ready.StatusCode, await ready.Content.ReadAsStringAsync()));
        Assert.Contains(server.Log.Lines, line => line.Contains("what does not get on: slot 0 of job 'spending'", StringComparison.Ordinal));
        Assert.Contains(await server.Client.LogAsync("spending"), line => line.Level == JobLogLevel.Warning && line.Text.Contains("no broker answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_restart_goes_on_with_what_ran_and_leaves_stopped_what_was_stopped()
    {
        await using (var before = await TestServer.Start(world))
        {
            await before.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("runs")));
            await before.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("rests")));
            await before.Client.Until("runs", JobPhase.Running);
            await before.Client.StopAsync("rests");
        }

        await using var after = await TestServer.Start(world);
        await after.Client.Until("runs", JobPhase.Running);

        Assert.Equal([("rests", JobPhase.Stopped), ("runs", JobPhase.Running)], (await after.Client.ListAsync()).Select(j => (j.Job, j.Phase)));
        Assert.Equal(SubmitOutcome.Unchanged, (await after.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("runs")))).Outcome);
        Assert.Equal(SubmitOutcome.Restarted, (await after.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("rests")))).Outcome);
    }

    [Fact]
    public async Task A_record_that_is_damaged_is_named_and_the_server_does_not_start_without_it()
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(world.Data, "jobs")).FullName, "spending.json");
        await File.WriteAllTextAsync(path, """{"job":"spend""");

        var refused = await Assert.ThrowsAsync<IOException>(() => TestServer.Start(world));

        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_whose_model_is_gone_rests_and_holds_up_no_other()
    {
        var model = Path.Combine(world.Data, "m.onnx");
        await File.WriteAllTextAsync(model, "weights");
        await using (var before = await TestServer.Start(world))
        {
            var hash = await before.Client.UploadModelAsync(model);
            await before.Client.SubmitAsync(Scoring(hash));
            await before.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("well")));
            File.Delete(Path.Combine(world.Data, "models", hash));
        }

        await using var after = await TestServer.Start(world);
        await after.Client.Until("well", JobPhase.Running);

        Assert.Equal(JobPhase.Stopped, (await after.Client.StatusAsync("a-scoring")).Phase);
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(() => after.Client.StartAsync("a-scoring"));
        Assert.Contains("'m.onnx': upload it first", refused.Message, StringComparison.Ordinal);
        await after.Client.UploadModelAsync(model);
        await after.Client.StartAsync("a-scoring");
        await after.Client.Until("a-scoring", JobPhase.Running);
    }

    [Fact]
    public async Task A_job_that_takes_long_to_stop_holds_up_no_other()
    {
        using var open = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        world.Kafka.Connecting = job =>
        {
            // The job's own thread, not the check of what was handed in.
            if (job != "slow" || !Thread.CurrentThread.Name!.StartsWith("job-", StringComparison.Ordinal)) return;
            reached.Set();
            open.Wait();
        };
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("slow")));
        Assert.True(reached.Wait(TimeSpan.FromMinutes(1)));

        var stopping = server.Client.StopAsync("slow");
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending("quick")));
        await server.Client.Until("quick", JobPhase.Running);
        await server.Client.StopAsync("quick");

        Assert.False(stopping.IsCompleted);
        open.Set();
        Assert.Equal(JobPhase.Stopped, (await stopping).Phase);
    }

    [Fact]
    public async Task A_job_that_kafka_fails_is_failing_with_its_reason_and_tried_again()
    {
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        await server.Client.StopAsync("spending");
        world.Kafka.Connecting = _ => throw new IOException("the broker is gone");
        await server.Client.StartAsync("spending");

        var failing = await server.Client.Until("spending", JobPhase.Failing);
        world.Kafka.Connecting = _ => { };

        Assert.Contains("the broker is gone", failing.Problem, StringComparison.Ordinal);
        Assert.Equal(FailureKind.JobFailed, failing.Slots[0].LastFailure!.Kind);
        Assert.Contains(await server.Client.LogAsync("spending"), l => l.Text.Contains("the broker is gone", StringComparison.Ordinal));
        await server.Client.Until("spending", JobPhase.Running);
    }

    [Fact]
    public async Task A_savepoint_is_finished_when_nobody_waits_for_it_any_more_and_the_job_goes_on()
    {
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.Until("spending", JobPhase.Running);
        using var open = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using var gone = new CancellationTokenSource();
        world.Kafka.Connecting = _ =>
        {
            reached.Set();
            open.Wait();
        };

        var taking = server.Jobs.TakeSavepoint("spending", gone.Token);
        Assert.True(reached.Wait(TimeSpan.FromMinutes(1)));
        await gone.CancelAsync();
        open.Set();

        Assert.Equal("spending", (await taking).Value!.Job);
        await server.Client.Until("spending", JobPhase.Running);
    }

    private static JobSubmission Scoring(string hash) => new()
    {
        Spec = SampleJobs.Spending("a-scoring", more: "  - score: { model: m.onnx, features: [amount, spent] }"),
        Models = new Dictionary<string, string> { ["m.onnx"] = hash },
    };
}
