using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Kafka.Tests;

/// <summary>Savepoints of a job that re-keys: what was on its way between the stages moves along.</summary>
[Collection(BrokerCollection.Name)]
public sealed class SavepointTests(TestBroker broker) : CountingJobs(broker)
{
    [Fact]
    public async Task A_job_keeps_its_state_through_other_numbers_of_slots_and_every_event_counts_once()
    {
        await Submit();
        foreach (var slots in new[] { 2, 3, 1, 4 })
        {
            Produce(2_000);
            var status = await Control.Rescale(Name, slots, default);
            Assert.Null(status.Refusal);
            Assert.Equal(slots, status.Value!.Slots.Count);
        }
        Produce(2_000);
        await Written("counts", Produced);
        await Written("recounts", Produced);

        Assert.All(Counts("counts").Values, c => Assert.Equal(Enumerable.Range(1, Produced / Keys), c));
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, Produced / Keys), c));
    }

    [Fact]
    public async Task A_job_that_has_committed_nothing_yet_gets_other_slots_as_well()
    {
        await Submit();
        Assert.Null((await Control.Rescale(Name, 3, default)).Refusal);
        Produce(400);
        await Written("recounts", 400);
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, 400 / Keys), c));
    }

    [Fact]
    public async Task A_start_from_a_savepoint_has_state_and_place_of_then()
    {
        await Submit();
        Produce(2_000);
        await Written("recounts", 2_000);
        var savepoint = (await Control.TakeSavepoint(Name, default)).Value!;
        Produce(2_000);
        await Written("recounts", 4_000);
        Assert.Equal([savepoint.Id], (await Control.Savepoints(Name, default)).Value!.Select(s => s.Id));

        Assert.Null((await Control.StartFrom(Name, savepoint.Id, default)).Refusal);
        await Written("recounts", 6_000);

        int first = 2_000 / Keys, all = 4_000 / Keys;
        var expected = Enumerable.Range(1, all).Concat(Enumerable.Range(first + 1, all - first));
        Assert.All(Counts("recounts").Values, c => Assert.Equal(expected, c));
        Assert.All(Counts("counts").Values, c => Assert.Equal(expected, c));
    }

    [Fact]
    public async Task An_owner_of_the_generation_before_that_wakes_up_late_stops_and_says_why()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        Assert.Null((await Control.Rescale(Name, 2, default)).Refusal);

        await using var late = new JobHost(Environment, new JobHostOptions { Owner = "late", Lanes = 1 });
        late.Take(await Check.Plan(new JobSubmission { Spec = Spec }, generation: 1, default), 1, slot: 3);
        await Until(() => late.Report(Name).Slots is [{ LastFailure: var last }] && last is { Kind: FailureKind.Fenced } failure && failure.Message.Contains("closed", StringComparison.Ordinal), "the late owner is fenced");

        Produce(400);
        await Written("recounts", 800);
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, 800 / Keys), c));
    }

    [Fact]
    public async Task A_server_that_ended_while_a_generation_began_goes_on_where_it_was()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        var savepoint = (await Control.TakeSavepoint(Name, default)).Value!;
        await Control.Stop(Name, default);
        // As it is found after the order was kept and nothing more.
        var files = JobRecords;
        var record = files.Load().Single();
        files.Save(record with { Wanted = true, Slots = 3, Generation = 2, Seed = new SeedOrder(savepoint.Id, 1) });

        await using var again = new JobHost(Environment, new JobHostOptions { Owner = "again", Lanes = 1 });
        using var resumed = Jobs(again);
        resumed.Load();
        await resumed.Resume(default);
        Produce(400);
        await Written("recounts", 800);
        Assert.All(Counts("recounts").Values, c => Assert.Equal(Enumerable.Range(1, 800 / Keys), c));
        Assert.Null(files.Load().Single().Seed);
    }

    [Fact]
    public async Task What_is_no_savepoint_and_slots_that_would_have_nothing_to_do_are_refused_and_the_job_goes_on()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        Assert.Equal(RefusalKind.NotFound, (await Control.StartFrom(Name, "20260101T000000.000Z", default)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await Control.StartFrom(Name, "../../etc", default)).Refusal!.Kind);
        Assert.Equal(RefusalKind.Invalid, (await Control.Rescale(Name, 5, default)).Refusal!.Kind);
        Produce(400);
        await Written("recounts", 800);
    }
}
