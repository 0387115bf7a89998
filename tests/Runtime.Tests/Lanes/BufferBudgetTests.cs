using StreamGrains.Runtime.Jobs;
using StreamGrains.Runtime.Lanes;

namespace StreamGrains.Runtime.Tests.Lanes;

public class BufferBudgetTests
{
    [Fact]
    public void Memory_is_tight_above_the_bound_and_until_a_quarter_of_it_is_free_again()
    {
        var budget = new BufferBudget(100);

        Assert.False(After(100));
        Assert.True(After(1));
        Assert.True(After(-25));
        Assert.False(After(-1));
        Assert.False(After(25));
        Assert.Equal(100, budget.Used);

        bool After(long change)
        {
            budget.Change(change);
            return budget.Tight;
        }
    }

    [Fact]
    public void Where_memory_is_tight_nothing_comes_while_something_gets_on_and_then_little()
    {
        Assert.True(FetchSize.Of(tight: false, getsOn: true).Records > 0);
        Assert.Equal(0, FetchSize.Of(tight: true, getsOn: true).Records);
        Assert.InRange(FetchSize.Of(tight: true, getsOn: false).Bytes, 1, FetchSize.Of(tight: false, getsOn: false).Bytes - 1);
    }

    [Fact]
    public void The_default_is_a_part_of_the_memory_that_there_is() =>
        Assert.InRange(BufferBudget.DefaultBytes, 64_000_000, Math.Max(64_000_000, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2));
}
