using StreamGrains.Contracts.Control;

namespace StreamGrains.Kafka.Tests;

/// <summary>Looking for keys in a job that runs: what is told is what the events up to the told watermark give.</summary>
[Collection(BrokerCollection.Name)]
public sealed class QueryTests(TestBroker broker) : CountingJobs(broker)
{
    private protected override string MoreSteps => "- window: { tumbling: 1d, aggregates: { events: count(), largest: max(other) } }";

    [Fact]
    public async Task A_key_is_found_in_each_step_that_keeps_state_for_it()
    {
        await Submit();
        Produce(2_000);
        await Written("recounts", 2_000);
        // As a key of the source, and as what 3 * 7 + 1 gives behind the re-key.
        IReadOnlyList<KeyState> states = [];
        await Until(() => (states = Ask("22")?.States ?? []).Count == 3 && states.All(s => s.Watermark is not null), "every step tells its state and watermark");

        Assert.Equal([(0, "rolling"), (1, "rolling"), (1, "window")], states.Select(s => (s.Stage, s.Step.Split('-')[0])));
        Assert.Equal(Before(states[0], key: 22), states[0].Values["n"]);
        Assert.Equal(Before(states[1], key: 3), states[1].Values["again"]);
        Assert.Equal(states[1].Partition, states[2].Partition);
        Assert.NotEmpty(states[2].Windows);
        Assert.All(states[2].Windows, w =>
        {
            var inside = Events.Count(e => e.Key == 3 && e.Time >= w.Start.ToUnixTimeMilliseconds() && e.Time < w.End.ToUnixTimeMilliseconds());
            Assert.Equal((inside, 22), (w.Values["events"], w.Values["largest"]));
        });
    }

    [Fact]
    public async Task What_is_not_found_says_why()
    {
        await Submit();
        Produce(400);
        await Written("recounts", 400);
        Assert.Equal(QueryOutcome.UnknownKey, (await Control.Query(Name, "4000", default)).Value!.Outcome);
        Assert.Equal(RefusalKind.Invalid, (await Control.Query(Name, "three", default)).Refusal!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await Control.Query("nobody", "3", default)).Refusal!.Kind);
        await Control.Stop(Name, default);
        Assert.Equal(RefusalKind.Conflict, (await Control.Query(Name, "3", default)).Refusal!.Kind);
    }

    [Fact]
    public async Task A_key_is_moving_and_never_unknown_while_its_job_gets_other_slots()
    {
        await Submit();
        Produce(2_000);
        await Written("recounts", 2_000);
        var rescale = Control.Rescale(Name, 2, default);
        var answers = new List<QueryAnswer>();
        while (!rescale.IsCompleted)
        {
            var answer = await Control.Query(Name, "3", default);
            // On a machine with much to do a lane may be too busy.
            if (answer.Value is { } value) answers.Add(value);
            else Assert.Equal(RefusalKind.Unavailable, answer.Refusal!.Kind);
            await Task.Yield();
        }
        Assert.Null((await rescale).Refusal);
        Assert.DoesNotContain(answers, a => a.Outcome == QueryOutcome.UnknownKey);
        Assert.Contains(answers, a => a.Outcome == QueryOutcome.Moving);

        QueryAnswer? again = null;
        await Until(() => (again = Ask("3")) is { Outcome: QueryOutcome.Found, Partial: false }, "the key is found again");
        Assert.Equal(Before(again!.States[0], key: 3), again.States[0].Values["n"]);
    }

    private QueryAnswer? Ask(string key) => Control.Query(Name, key, default).GetAwaiter().GetResult().Value;

    private double Before(KeyState state, long key) => Events.Count(e => e.Key == key && e.Time <= state.Watermark!.Value.ToUnixTimeMilliseconds());
}
