using Microsoft.Extensions.Time.Testing;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Tests.Supervision;

public sealed class EndWatchTests : IDisposable
{
    private static readonly TopicPartition Slice = new("events", 0);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch);
    private readonly SemaphoreSlim asked = new(0), answer = new(0);
    private readonly EndWatch watch;
    private long end = 100;
    private Exception? failure;
    private long heldBack;

    public EndWatchTests() => watch = new EndWatch(Ranges, clock);

    public void Dispose()
    {
        asked.Dispose();
        answer.Dispose();
    }

    [Fact]
    public void Lag_is_unknown_before_the_first_answer_and_once_the_last_is_ten_seconds_old()
    {
        watch.Look([Slice]);
        Assert.Null(watch.Lag(Slice, 40));
        Answer();
        Assert.Equal(60, watch.Lag(Slice, 40));

        // The broker does not answer any more: the question hangs.
        clock.Advance(2 * Second);
        Assert.True(asked.Wait(Second * 20));
        clock.Advance(8 * Second);
        Assert.Equal(0, watch.Lag(Slice, 100));
        clock.Advance(Second);
        Assert.Null(watch.Lag(Slice, 100));
        End();
    }

    [Fact]
    public void What_an_open_transaction_keeps_back_is_told_with_the_time_since_when_it_does()
    {
        heldBack = 41;
        watch.Look([Slice]);
        Answer();
        clock.Advance(2 * Second);
        heldBack = 50;
        Answer();
        Assert.Equal((0L, new HeldBack(50, DateTimeOffset.UnixEpoch)), (watch.Lag(Slice, 100), watch.HeldBack(Slice)));

        // That one has ended, and the next is open.
        clock.Advance(2 * Second);
        end = 120;
        Answer();
        Assert.Equal(new HeldBack(50, DateTimeOffset.UnixEpoch.AddSeconds(4)), watch.HeldBack(Slice));
        clock.Advance(2 * Second);
        heldBack = 0;
        Answer();
        Assert.Null(watch.HeldBack(Slice));
        End();
    }

    [Fact]
    public void Whoever_looks_seldom_sees_fresh_ends_all_the_same()
    {
        watch.Look([Slice]);
        Answer();
        end = 200;
        for (var i = 0; i < 15; i++)
        {
            clock.Advance(2 * Second);
            Answer();
        }

        Assert.Equal(160, watch.Lag(Slice, 40));
        End();
    }

    [Fact]
    public void A_slot_that_runs_is_stalled_while_Kafka_has_not_answered_for_ten_seconds()
    {
        SlotStatus running = new(0, SlotPhase.Running, "here", 5, null, null), opening = running with { Phase = SlotPhase.Opening };
        watch.Look([Slice]);
        Answer();
        failure = new IOException("no broker answers");
        for (var i = 0; i < 7; i++)
        {
            clock.Advance(2 * Second);
            Answer();
        }

        var judged = watch.Judge(running);
        Assert.Equal((SlotPhase.Stalled, "Kafka does not say how far the job's topics reach: no broker answers"), (judged.Phase, judged.Stalled!.Reason));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(2), judged.Stalled.Since);
        Assert.Same(opening, watch.Judge(opening));
        Assert.Null(watch.Lag(Slice, 100));

        failure = null;
        clock.Advance(2 * Second);
        Answer();
        Assert.Same(running, watch.Judge(running));
        End();
    }

    /// <summary>Lets the question that is asked now be answered, and waits until the next is set.</summary>
    private void Answer()
    {
        Assert.True(asked.Wait(Second * 20), "nobody asks");
        answer.Release();
        Assert.True(watch.Asking.Wait(Second * 20));
    }

    private void End()
    {
        answer.Release(10);
        Assert.True(watch.End().Wait(Second * 20));
    }

    private IReadOnlyDictionary<TopicPartition, OffsetRange> Ranges(IReadOnlyCollection<TopicPartition> partitions)
    {
        asked.Release();
        answer.Wait();
        return failure is { } thrown ? throw thrown : partitions.ToDictionary(p => p, _ => new OffsetRange(0, end) { HeldBack = heldBack });
    }
}
