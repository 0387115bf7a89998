using System.Diagnostics;
using System.Globalization;
using StreamGrains.Cli.Demo;

namespace StreamGrains.Cli.Tests.Demo;

public sealed class DemoTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_number_of_events_is_scored_to_the_last_and_summed_up_in_plain_lines_from_any_directory()
    {
        var result = Tool.RunIn(scratch.Root, "demo", "--events", "30000").Well();

        Assert.StartsWith("30,000 payments scored in ", result.Output.Split('\n').First(l => l.Contains("payments", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Matches(@"alerts: precision \d+\.\d %, recall \d+\.\d % of \d+ frauds", result.Output);
        Assert.Matches(@"latency end to end p50 \d+ ms, p99 \d+ ms", result.Output);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void The_alerts_are_worth_something()
    {
        var line = Tool.Run("demo", "--events", "60000").Well().Output.Split('\n').First(l => l.Contains("precision", StringComparison.Ordinal) && l.Contains("frauds", StringComparison.Ordinal));

        Assert.InRange(Percent(line, "precision "), 80, 100);
        Assert.InRange(Percent(line, "recall "), 30, 100);

        static double Percent(string line, string name) => double.Parse(line.Split(name)[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Ctrl_C_ends_it_cleanly_within_two_seconds()
    {
        using var tool = Tool.Start("demo");
        tool.WaitFor("events/s  scored");
        var start = Stopwatch.GetTimestamp();

        tool.Interrupt();
        var result = tool.Wait().Well();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 2);
        Assert.Contains("payments scored in", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replayed_to_its_end()
    {
        var world = new CardWorld(3);
        var rows = Enumerable.Range(0, 3).SelectMany(_ => world.NextDay()).ToList();
        var csv = "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n" + string.Concat(rows.Select(p => string.Create(
            CultureInfo.InvariantCulture, $"{p.Id},{new DateTime(2026, 1, 1).AddSeconds(p.Second):yyyy-MM-dd HH:mm:ss},{p.Customer},{p.Terminal},{p.Cents / 100m},{(p.Fraud > 0 ? 1 : 0)}\n")));

        var result = Tool.Run("demo", "--data", scratch.Write("payments.csv.gz", csv)).Well();

        Assert.Contains($"{rows.Count.ToString("N0", CultureInfo.InvariantCulture)} payments scored in", result.Output, StringComparison.Ordinal);
        Assert.Contains($"of {rows.Count(p => p.Fraud > 0)} frauds", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_the_truth_is_refused()
    {
        var result = Tool.Run("demo", "--data", scratch.Write("payments.csv", "TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID\n1,2026-01-01,5\n"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("TX_FRAUD", result.Errors, StringComparison.Ordinal);
    }
}
