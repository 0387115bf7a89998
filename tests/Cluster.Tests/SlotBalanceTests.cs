using StreamGrains.Grains;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Cluster.Tests;

public sealed class SlotBalanceTests
{
    private static readonly string[] Three = ["a", "b", "c"];
    private static readonly Dictionary<string, int> NoLoad = [];

    [Fact]
    public void A_jobs_slots_are_placed_apart() => Assert.Equal(["a", "b", "c", "a"], PlaceAll(Three, 4, NoLoad));

    [Fact]
    public void Where_a_jobs_own_slots_do_not_decide_the_load_of_all_jobs_does() =>
        Assert.Equal("c", SlotBalance.Place(Three, [], new Dictionary<string, int> { ["a"] = 5, ["b"] = 4, ["c"] = 3 }));

    [Fact]
    public void Own_slots_count_before_the_load_of_others() =>
        Assert.Equal("a", SlotBalance.Place(Three, ["b", "c"], new Dictionary<string, int> { ["a"] = 100 }));

    [Fact]
    public void Without_a_silo_there_is_no_place() => Assert.Null(SlotBalance.Place([], [], NoLoad));

    [Fact]
    public void A_silo_that_joins_gets_as_few_moves_as_an_even_spread_needs()
    {
        var own = Enumerable.Range(0, 8).ToDictionary(s => s, s => s % 2 == 0 ? "a" : "b");
        var moves = 0;
        while (SlotBalance.NextMove(Three, own, NoLoad) is { } move)
        {
            own[move.Slot] = move.To;
            Assert.Equal("c", move.To);
            moves++;
        }
        Assert.Equal(2, moves);
        Assert.Equal([2, 3, 3], own.GroupBy(o => o.Value).Select(g => g.Count()).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public void Moves_end_whatever_the_spread_was(int seed)
    {
        var random = new Random(seed);
        var own = Enumerable.Range(0, 16).ToDictionary(s => s, _ => Three[random.Next(3)]);
        for (var moves = 0; SlotBalance.NextMove(Three, own, NoLoad) is { } move; moves++)
        {
            Assert.True(moves < 16);
            own[move.Slot] = move.To;
        }
        Assert.True(own.GroupBy(o => o.Value).Max(g => g.Count()) - own.GroupBy(o => o.Value).Min(g => g.Count()) <= 1);
    }

    [Fact]
    public void A_move_that_only_swaps_who_has_more_is_not_made() =>
        Assert.Null(SlotBalance.NextMove(["a", "b"], new Dictionary<int, string> { [0] = "a", [1] = "b", [2] = "a" }, NoLoad));

    [Theory]
    [InlineData("card-fraud/3", "card-fraud", 3)]
    [InlineData("a.b_c/12", "a.b_c", 12)]
    public void A_partitions_key_names_job_and_slot(string key, string job, int slot) => Assert.Equal(new SlotKey(job, slot), SlotKey.Parse(key));

    [Theory]
    [InlineData("card-fraud")]
    [InlineData("/3")]
    [InlineData("card-fraud/")]
    [InlineData("card-fraud/-1")]
    public void Any_other_key_is_refused(string key) => Assert.Throws<ArgumentException>(() => SlotKey.Parse(key));

    private static IEnumerable<string> PlaceAll(string[] silos, int slots, Dictionary<string, int> loads)
    {
        var own = new List<string>();
        for (var slot = 0; slot < slots; slot++) own.Add(SlotBalance.Place(silos, own, loads)!);
        return own;
    }
}
