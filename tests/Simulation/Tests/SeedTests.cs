using StreamGrains.Simulation.Runs;
using Xunit.Abstractions;

namespace StreamGrains.Simulation.Tests;

public class SeedTests(ITestOutputHelper output)
{
    private const int Fixed = 1000, Fresh = 100;

    [Fact]
    public void A_fixed_thousand_seeds_are_well_and_reach_every_edge()
    {
        var campaign = new Campaign();
        for (ulong seed = 1; seed <= Fixed; seed++) Check(campaign.Run(new RunOptions(seed)));
        foreach (var line in campaign.Report()) output.WriteLine(line);
        output.WriteLine($"say: {campaign.Report().First()}");

        Assert.True(campaign.FewestRecords >= 500, $"a run had only {campaign.FewestRecords} records");
        Assert.True(campaign.FewestFaults >= SimRun.LeastFaults, $"a run had only {campaign.FewestFaults} faults");
        Assert.Empty(Enum.GetValues<Edge>().Where(edge => campaign.EdgeCounts[(int)edge] == 0));
    }

    [Fact]
    public void Seeds_that_nobody_has_run_before_are_well()
    {
        var first = (ulong)DateTime.UtcNow.Ticks;
        output.WriteLine($"say: fresh seeds {first} to {first + Fresh - 1}");
        for (var seed = first; seed < first + Fresh; seed++) Check(SimRun.Run(new RunOptions(seed)));
    }

    [Fact]
    public void A_seed_is_the_same_run_every_time()
    {
        for (ulong seed = 1; seed <= 25; seed++)
        {
            var (first, second) = (SimRun.Run(new RunOptions(seed) { Trace = true }), SimRun.Run(new RunOptions(seed) { Trace = true }));
            Assert.Equal(first.Trace, second.Trace);
            Assert.Equal(first.Digest, second.Digest);
            Assert.Equal(first.Digest, SimRun.Run(new RunOptions(seed)).Digest);
        }
    }

    /// <summary>Fails with what the oracle says and with the smallest run that still shows it.</summary>
    private static void Check(RunResult result)
    {
        if (result.Broken is null) return;
        var small = Shrinker.Shrink(new RunOptions(result.Seed));
        var lines = string.Join(Environment.NewLine, small.Trace.TakeLast(150));
        Assert.Fail($"seed {result.Seed}: {result.Broken}{Environment.NewLine}with {small.Records} records and {small.Struck.Count} faults:{Environment.NewLine}{lines}");
    }
}
