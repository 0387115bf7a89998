using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Tests.Processing;

public class AlignmentBoardTests
{
    private readonly AlignmentBoard board = new(3, 1000);

    [Fact]
    public void Nobody_runs_further_ahead_of_the_last_than_the_bound()
    {
        for (var p = 0; p < 3; p++) board.Post(p, 5000 + p, 0);
        Assert.Equal(6000, board.TimeLimit());
        board.Post(0, 9000, 0);
        Assert.Equal(6001, board.TimeLimit());
    }

    [Fact]
    public void Until_everybody_has_shown_up_nothing_may_be_taken()
    {
        board.Post(0, 5000, 0);
        Assert.Equal(long.MinValue, board.TimeLimit());
        Assert.Equal(long.MinValue, board.FollowWatermark(0, 100));
    }

    [Fact]
    public void Nobody_waits_for_who_has_left_until_it_is_back()
    {
        for (var p = 0; p < 3; p++) board.Post(p, 5000 + p, 4000 + p);
        board.Leave(0);
        Assert.Equal((6001, 4001), (board.TimeLimit(), board.FollowWatermark(0, 100)));
        board.Leave(1);
        board.Leave(2);
        Assert.Equal((long.MaxValue, long.MinValue), (board.TimeLimit(), board.FollowWatermark(0, 100)));
        board.Post(1, 7000, 6000);
        Assert.Equal((8000, 6000), (board.TimeLimit(), board.FollowWatermark(0, 100)));
    }

    [Fact]
    public void What_runs_elsewhere_holds_nobody_back_and_is_followed_while_it_is_heard_of()
    {
        for (var p = 0; p < 3; p++) board.Part(p);
        Assert.Equal((long.MaxValue, long.MinValue), (board.TimeLimit(), board.FollowWatermark(1000, 100)));
        board.Hear(1, 3000, now: 1000);
        board.Hear(1, 2000, now: 1090);
        board.Hear(2, 5000, now: 1050);
        Assert.Equal((long.MaxValue, 3000), (board.TimeLimit(), board.FollowWatermark(1099, 100)));
        Assert.Equal(5000, board.FollowWatermark(1100, 100));
        Assert.Equal(long.MinValue, board.FollowWatermark(1150, 100));
    }

    [Fact]
    public void Of_what_runs_here_the_board_believes_no_hearsay()
    {
        for (var p = 0; p < 3; p++) board.Leave(p);
        board.Post(0, 5000, 4000);
        board.Hear(0, 9000, now: 10);
        Assert.Equal(4000, board.FollowWatermark(11, 100));
    }

    [Fact]
    public void Event_times_at_the_ends_of_the_range_do_not_overflow()
    {
        for (var p = 0; p < 3; p++) board.Post(p, long.MaxValue - 10, 0);
        Assert.Equal(long.MaxValue - 10, board.TimeLimit());
        for (var p = 0; p < 3; p++) board.Post(p, long.MinValue + 10, 0);
        Assert.Equal(long.MinValue + 1010, board.TimeLimit());
    }
}
