using Xunit.Abstractions;

namespace StreamGrains.Chaos;

/// <summary>Short runs of the whole; <c>eng/chaos</c> makes long ones.</summary>
public sealed class ChaosTests(ITestOutputHelper output)
{
    private const int LeastRate = 10_000, Few = 3;

    [Fact]
    public void Kills_pauses_and_cuts_under_load_lose_double_and_change_nothing()
    {
        var report = Run(new ChaosOptions { Seed = 271, Faults = 8, Minutes = 5 });

        Assert.True(report.Tally.Clean, report.Text());
        Assert.True(report.Rate >= LeastRate, $"{report.Rate:0} events a second");
        Assert.True(Count("worker kill") >= 2);
        Assert.True(Count("worker paused") >= 1);
        Assert.True(Count("EndTxn arrives late") >= 1);
        Assert.True(Count("broker kill") >= 1);
        Assert.True(Count("broker paused") >= 1);

        int Count(string kind) => report.Injected.Count(k => k.StartsWith(kind, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_members_lose_double_and_change_nothing_whatever_the_seed()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"say: fresh seed {seed}");
        var report = Run(new ChaosOptions { Seed = seed, Faults = Few, Minutes = 3, Members = true });

        Assert.True(report.Tally.Clean, report.Text());
        Assert.Equal(Few, report.Injected.Count);
    }

    private ChaosReport Run(ChaosOptions options)
    {
        using var run = new ChaosRun(options, output.WriteLine, CancellationToken.None);
        var report = run.Run();
        output.WriteLine(report.Text());
        return report;
    }
}
