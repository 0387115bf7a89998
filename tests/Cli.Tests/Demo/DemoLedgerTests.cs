using StreamGrains.Cli.Demo;

namespace StreamGrains.Cli.Tests.Demo;

public class DemoLedgerTests
{
    [Fact]
    public void Precision_and_recall_follow_from_the_truth()
    {
        var ledger = new DemoLedger();
        for (var id = 0; id < 100; id++) ledger.Sent(id, isFraud: id < 10);
        for (var id = 0; id < 100; id++) ledger.Scored(id);
        foreach (var id in (long[])[0, 1, 2, 3, 50]) ledger.Alerted(id, 0, 7, 12.5, 0.95);

        var figures = ledger.Read();

        Assert.Equal(0.8, figures.Precision);
        Assert.Equal(0.4, figures.Recall);
        Assert.Equal(0, ledger.Outstanding);
        Assert.Equal(new Alert(0, 7, 12.5, 0.95, IsFraud: false), figures.Last[0]);
        Assert.InRange(figures.P50, 0, figures.P99);
    }

    [Fact]
    public void Nothing_yet_is_no_number()
    {
        var figures = new DemoLedger().Read();

        Assert.True(double.IsNaN(figures.Precision) && double.IsNaN(figures.Recall) && double.IsNaN(figures.P50));
    }
}
