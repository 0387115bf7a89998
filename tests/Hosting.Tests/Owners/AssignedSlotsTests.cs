using StreamGrains.Hosting.Owners;

namespace StreamGrains.Hosting.Tests.Owners;

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

    private void Run(Func<bool> until, Action<int>? take = null)
    {
        using var stop = new CancellationTokenSource();
        var run = Task.Run(() => slots.Run(
            slot =>
            {
                told.Add($"take {slot}");
                take?.Invoke(slot);
            },
            leaving => told.Add($"release {string.Join(',', leaving)}"), _ => { }, stop.Token));
        Assert.True(SpinWait.SpinUntil(() => until() || run.IsCompleted, TimeSpan.FromSeconds(20)));
        stop.Cancel();
        Assert.True(run.Wait(TimeSpan.FromSeconds(20)));
    }
}
