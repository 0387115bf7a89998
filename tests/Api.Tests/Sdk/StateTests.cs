using StreamGrains.Api.Tests.Support;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests.Sdk;

/// <summary>A job's state through the SDK: keys, savepoints, other slots.</summary>
public sealed class StateTests : IDisposable
{
    private readonly World world = new();
    private readonly StubJobs stub = new(() => Refusal.Of(RefusalKind.Invalid, "no such key can be"));

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_is_found_for_a_key_is_the_answer()
    {
        var state = new KeyState("rolling-1", 0, 1, DateTimeOffset.UnixEpoch, new Dictionary<string, double?> { ["spent"] = 1.5, ["least"] = null }, []);
        stub.Queried = _ => new QueryAnswer(QueryOutcome.Found, [state]) { Partial = true };
        await using var server = await TestServer.Start(world, control: stub);

        var answer = await server.Client.QueryAsync("spending", "42");

        Assert.True(answer.Partial);
        Assert.Equal(state.Values, Assert.Single(answer.States).Values);
    }

    [Theory]
    [InlineData(QueryOutcome.UnknownKey)]
    [InlineData(QueryOutcome.Moving)]
    public async Task That_there_is_nothing_and_that_nobody_can_say_are_answers(QueryOutcome outcome)
    {
        stub.Queried = _ => new QueryAnswer(outcome, []);
        await using var server = await TestServer.Start(world, control: stub);

        Assert.Equal(outcome, (await server.Client.QueryAsync("spending", "42")).Outcome);
    }

    [Fact]
    public async Task A_key_that_cannot_be_and_a_job_that_is_not_there_are_refused()
    {
        await using var server = await TestServer.Start(world, control: stub);
        await using var empty = await TestServer.Start(world);

        Assert.Equal(ProblemKind.Invalid, (await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.QueryAsync("spending", "42"))).Kind);
        Assert.Equal(ProblemKind.NotFound, (await Assert.ThrowsAsync<StreamGrainsException>(() => empty.Client.QueryAsync("spending", "42"))).Kind);
    }

    [Theory]
    [InlineData("42")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("Zürich Nord?#+")]
    [InlineData("...")]
    public async Task A_key_arrives_as_it_is(string key)
    {
        string? asked = null;
        stub.Queried = k =>
        {
            asked = k;
            return QueryAnswer.UnknownKey;
        };
        await using var server = await TestServer.Start(world, control: stub);

        await server.Client.QueryAsync("spending", key);

        Assert.Equal(key, asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task A_key_that_no_path_can_hold_is_refused(string key)
    {
        await using var server = await TestServer.Start(world, control: stub);

        Assert.Equal(ProblemKind.Invalid, (await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.QueryAsync("spending", key))).Kind);
    }

    [Fact]
    public async Task A_job_begins_from_a_savepoint_and_gets_other_slots()
    {
        await using var server = await TestServer.Start(world);
        var client = server.Client;
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await client.Until("spending", JobPhase.Running);

        Assert.Empty(await client.SavepointsAsync("spending"));
        var savepoint = await client.SavepointAsync("spending");
        Assert.Equal([savepoint], await client.SavepointsAsync("spending"));
        await client.Until("spending", JobPhase.Running);
        Assert.Equal(2, (await client.StartFromAsync("spending", savepoint.Id)).Slots.Count);
        await client.Until("spending", JobPhase.Running);
        Assert.Single((await client.ScaleAsync("spending", 1)).Slots);
        await client.Until("spending", JobPhase.Running);

        Assert.Equal(2, (await client.SavepointsAsync("spending")).Count);
        Assert.Contains("spending.journal.3", world.Kafka.Topics.Keys);
    }

    [Fact]
    public async Task Savepoints_are_removed_by_name_and_the_oldest_by_number()
    {
        await using var server = await TestServer.Start(world);
        var client = server.Client;
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await client.Until("spending", JobPhase.Running);
        await client.StopAsync("spending");
        var taken = new List<string>();
        for (var i = 0; i < 4; i++) taken.Add((await client.SavepointAsync("spending")).Id);

        var removed = await client.RemoveSavepointAsync("spending", taken[1]);
        var again = await Refused(ProblemKind.NotFound, () => client.RemoveSavepointAsync("spending", taken[1]));
        var pruned = await client.KeepSavepointsAsync("spending", 1);

        Assert.Equal(new RemovedSavepoint("spending", taken[1]), removed);
        Assert.Contains($"has no savepoint '{taken[1]}'", again, StringComparison.Ordinal);
        Assert.Equal([taken[0], taken[2]], pruned.Select(r => r.Id));
        Assert.Equal([taken[3]], (await client.SavepointsAsync("spending")).Select(s => s.Id));
        Assert.Empty(await client.KeepSavepointsAsync("spending", 1));
        await Refused(ProblemKind.Invalid, () => client.KeepSavepointsAsync("spending", 0));
        await Refused(ProblemKind.NotFound, () => client.KeepSavepointsAsync("spendin", 1));
    }

    [Fact]
    public async Task A_job_stops_with_a_savepoint_or_goes_on_when_none_can_be_taken()
    {
        await using var server = await TestServer.Start(world);
        var client = server.Client;
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await client.WaitUntilRunningAsync("spending", TimeSpan.FromMinutes(1));

        world.StorageAway = new IOException("the storage does not answer");
        await Refused(ProblemKind.Unavailable, () => client.StopWithSavepointAsync("spending"));
        world.StorageAway = null;
        await client.WaitUntilRunningAsync("spending", TimeSpan.FromMinutes(1));
        var savepoint = await client.StopWithSavepointAsync("spending");

        Assert.Equal(JobPhase.Stopped, (await client.StatusAsync("spending")).Phase);
        Assert.Equal([savepoint], await client.SavepointsAsync("spending"));
        Assert.NotEqual(savepoint.Id, (await client.StopWithSavepointAsync("spending")).Id);
        Assert.Contains("job 'spending' is stopped: start it", await Refused(ProblemKind.Conflict, () => client.WaitUntilRunningAsync("spending", TimeSpan.FromMinutes(1))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_for_a_job_that_does_not_run_ends_with_what_is_wrong()
    {
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.WaitUntilRunningAsync("spending", TimeSpan.FromMinutes(1));
        await server.Client.StopAsync("spending");
        world.Kafka.Connecting = _ => throw new IOException("no broker answers");
        await server.Client.StartAsync("spending");
        await server.Client.Until("spending", JobPhase.Failing);

        var late = await Refused(ProblemKind.Unavailable, () => server.Client.WaitUntilRunningAsync("spending", TimeSpan.FromSeconds(0.5)));

        Assert.Contains("job 'spending' does not run after 0.5 s, it is failing: ", late, StringComparison.Ordinal);
        Assert.Contains("no broker answers", late, StringComparison.Ordinal);
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.Client.WaitUntilRunningAsync("spending", TimeSpan.FromMinutes(1), cancelled.Token));
    }

    [Fact]
    public async Task The_savepoint_that_a_job_is_about_to_begin_from_stays()
    {
        await using var server = await TestServer.Start(world);
        var client = server.Client;
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await client.Until("spending", JobPhase.Running);
        await client.StopAsync("spending");
        var (first, second) = (await client.SavepointAsync("spending"), await client.SavepointAsync("spending"));
        world.Kafka.Connecting = _ => throw new IOException("no broker answers");
        await Refused(ProblemKind.Unavailable, () => client.StartFromAsync("spending", first.Id));

        var refused = await Refused(ProblemKind.Conflict, () => client.RemoveSavepointAsync("spending", first.Id));
        var pruned = await client.KeepSavepointsAsync("spending", 1);

        Assert.Contains($"is to begin from savepoint '{first.Id}' and has not yet", refused, StringComparison.Ordinal);
        Assert.Empty(pruned);
        Assert.Equal([first.Id, second.Id], (await client.SavepointsAsync("spending")).Select(s => s.Id));
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_and_the_job_goes_on()
    {
        await using var server = await TestServer.Start(world);
        var client = server.Client;
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(more: "") + "\nslots: 2\n"));
        await client.Until("spending", JobPhase.Running);
        var savepoint = await client.SavepointAsync("spending");

        Assert.Contains("no job 'spendin'; did you mean 'spending'?", await Refused(ProblemKind.NotFound, () => client.SavepointAsync("spendin")), StringComparison.Ordinal);
        Assert.Contains($"did you mean '{savepoint.Id}'?", await Refused(ProblemKind.NotFound, () => client.StartFromAsync("spending", savepoint.Id[..^2])), StringComparison.Ordinal);
        Assert.Contains("1 to 1024", await Refused(ProblemKind.Invalid, () => client.ScaleAsync("spending", 0)), StringComparison.Ordinal);
        Assert.Contains("says slots: 2", await Refused(ProblemKind.Conflict, () => client.ScaleAsync("spending", 1)), StringComparison.Ordinal);
        await client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        Assert.Contains("reads 2 partitions", await Refused(ProblemKind.Invalid, () => client.ScaleAsync("spending", 3)), StringComparison.Ordinal);
        await client.Until("spending", JobPhase.Running);
    }

    private static async Task<string> Refused(ProblemKind kind, Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<StreamGrainsException>(call);
        Assert.Equal(kind, refused.Kind);
        return refused.Message;
    }
}
