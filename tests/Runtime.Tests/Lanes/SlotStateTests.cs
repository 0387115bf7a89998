using StreamGrains.Runtime.Lanes;

namespace StreamGrains.Runtime.Tests.Lanes;

public class SlotStateTests
{
    [Fact]
    public void A_warm_slot_that_is_released_has_no_failure_and_one_that_fails_keeps_its_first()
    {
        var warm = new SlotState.Warm(new WarmCopy());
        Assert.Null(warm.Close(null).Failure);

        var first = new InvalidOperationException("first");
        var closing = warm.Open().Close(first);
        Assert.Same(closing, closing.Close(new InvalidOperationException("second")));
        Assert.Same(first, closing.Failure);
        Assert.False(closing.Done);
    }

    [Fact]
    public void A_slot_that_is_released_while_it_is_being_opened_remembers_that()
    {
        var opening = new SlotState.Warm(new WarmCopy()).Open();
        Assert.False(opening.Leaves);
        Assert.True(opening.Leave().Leaves);
    }

    [Fact]
    public void A_warm_copy_asks_every_tenth_of_a_second_and_one_question_at_a_time()
    {
        using var copy = new WarmCopy();
        Assert.True(copy.Asks(1_000));
        Assert.False(copy.Asks(5_000));
        Assert.False(copy.Heard(null));
        Assert.True(copy.Asks(5_000));
        copy.Heard(null);
        Assert.False(copy.Asks(5_099));
        Assert.True(copy.Asks(5_100));
    }
}
