using StreamGrains.Engine.Ports;
using StreamGrains.Runtime.Owners;

namespace StreamGrains.Runtime.Tests.Owners;

public sealed class AssignedSlotsTests
{
    private readonly AssignedSlots slots = new();
    private readonly List<string> told = [];

    [Fact]
    public void A_run_is_told_of_what_was_wished_for_before_it_began()
    {
        slots.Take(2);
        slots.Take(0);
        slots.Take(2);
        Run(() => told.Count == 2);
        Assert.Equal(["take 0", "take 2"], told);
    }

    [Fact]
    public void A_release_completes_when_the_run_has_given_the_slot_up()
    {
        slots.Take(1);
        Task? release = null;
        Run(() => told.Count > 0 && (release ??= slots.Release(1)).IsCompleted);
        Assert.Equal(["take 1", "release 1"], told);
        Assert.Empty(slots.Wanted);
    }

    [Fact]
    public void Slots_that_are_given_up_together_leave_together()
    {
        for (var slot = 0; slot < 3; slot++) slots.Take(slot);
        Task[]? all = null;
        // The first release holds the run up until the others are wished for as well.
        Run(() => all is not null && all.All(t => t.IsCompleted), take: slot =>
        {
            if (slot == 2) all = [slots.Release(0), slots.Release(1), slots.Release(2)];
        });
        Assert.Equal("release 0,1,2", told[^1]);
    }

    [Fact]
    public void The_next_run_has_the_slots_of_the_one_before()
    {
        slots.Take(4);
        Run(() => told.Count == 1);
        Run(() => told.Count == 2);
        Assert.Equal(["take 4", "take 4"], told);
    }

    [Fact]
    public async Task Nobody_waits_for_a_slot_to_leave_when_no_run_is_at_work()
    {
        slots.Take(0);
        var release = slots.Release(0);
        slots.NobodyRuns();
        await release;
        Run(() => true);
        Assert.Empty(told);
    }

    [Fact]
    public void Giving_up_what_is_not_here_is_done_at_once() => Assert.True(slots.Release(7).IsCompleted);

    [Fact]
    public void A_slot_that_is_followed_is_taken_without_being_released()
    {
        slots.Follow(3);
        slots.Follow(3);
        Run(() =>
        {
            if (told.Count == 1) slots.Take(3);
            return told.Count == 2;
        });
        Assert.Equal(["follow 3", "take 3"], told);
        slots.Follow(3);
        slots.Unfollow(3);
        Assert.Equal([3], slots.Wanted);
        Assert.False(slots.Empty);
    }

    [Fact]
    public void What_is_followed_no_longer_is_released_and_the_next_run_does_not_follow_it()
    {
        slots.Follow(1);
        slots.Follow(2);
        Run(() =>
        {
            if (told.Count == 2) slots.Unfollow(1);
            return told.Count == 3;
        });
        Run(() => told.Count == 4);
        Assert.Equal(["follow 1", "follow 2", "release 1", "follow 2"], told);
    }

    private void Run(Func<bool> until, Action<int>? take = null)
    {
        using var stop = new CancellationTokenSource();
        var run = Task.Run(() => slots.Run(new Told(told, take), stop.Token));
        Eventually.True(() => until() || run.IsCompleted, TimeSpan.FromSeconds(20), () => $"told: {string.Join(", ", told)}");
        stop.Cancel();
        Assert.True(run.Wait(TimeSpan.FromSeconds(20)));
    }

    private sealed class Told(List<string> told, Action<int>? take) : ISlotOrders
    {
        public void Take(int slot)
        {
            told.Add($"take {slot}");
            take?.Invoke(slot);
        }

        public void Follow(int slot) => told.Add($"follow {slot}");

        public void Release(IReadOnlyCollection<int> slots) => told.Add($"release {string.Join(',', slots)}");

        public void Lose(IReadOnlyCollection<int> slots)
        {
        }
    }
}
