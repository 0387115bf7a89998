using StreamGrains.Contracts.Control;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Runtime.Tests.Queries;

public sealed class QueryMergeTests
{
    private static readonly Answer<QueryAnswer> Unknown = QueryAnswer.UnknownKey, Moving = QueryAnswer.Moving;
    private static readonly Answer<QueryAnswer> Busy = Refusal.Of(RefusalKind.Unavailable, "busy"), Wrong = Refusal.Of(RefusalKind.Invalid, "no key");

    [Fact]
    public void A_key_that_no_slot_knows_is_unknown() => Assert.Equal(QueryOutcome.UnknownKey, QueryMerge.Of([Unknown, Unknown]).Value!.Outcome);

    [Fact]
    public void Nothing_is_unknown_while_a_slot_that_may_have_it_is_moving() => Assert.Equal(QueryOutcome.Moving, QueryMerge.Of([Unknown, Moving, Unknown]).Value!.Outcome);

    [Fact]
    public void Nothing_is_unknown_while_a_slot_that_may_have_it_is_too_busy() => Assert.Equal("busy", QueryMerge.Of([Unknown, Busy]).Refusal!.Message);

    [Fact]
    public void What_one_slot_found_is_the_answer()
    {
        var answer = QueryMerge.Of([Unknown, Found(0, 3), Unknown]).Value!;
        Assert.Equal(QueryOutcome.Found, answer.Outcome);
        Assert.False(answer.Partial);
    }

    [Fact]
    public void What_several_slots_found_comes_in_the_order_of_stages_and_partitions()
    {
        var states = QueryMerge.Of([Found(1, 2), Found(0, 7), Found(1, 0), Found(0, 5)]).Value!.States;
        Assert.Equal([(0, 5), (0, 7), (1, 0), (1, 2)], states.Select(s => (s.Stage, s.Partition)));
    }

    [Fact]
    public void What_was_found_while_another_slot_did_not_answer_is_partial()
    {
        Assert.True(QueryMerge.Of([Found(0, 0), Moving]).Value!.Partial);
        Assert.True(QueryMerge.Of([Busy, Found(0, 0)]).Value!.Partial);
    }

    [Fact]
    public void A_request_that_no_slot_can_answer_is_refused() => Assert.Equal("no key", QueryMerge.Of([Moving, Busy, Wrong]).Refusal!.Message);

    private static Answer<QueryAnswer> Found(int stage, int partition) =>
        new QueryAnswer(QueryOutcome.Found, [new KeyState("rolling", stage, partition, null, new Dictionary<string, double?>(), [])]);
}
