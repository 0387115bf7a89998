using System.Globalization;
using StreamGrains.Chaos.Check;
using StreamGrains.Chaos.Ledger;

namespace StreamGrains.Chaos;

/// <summary>Says every now and then how far the run is. Owner: the run; the line may be asked for by any thread.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private readonly LedgerProducer ledger;
    private readonly Checker checker;
    private readonly Tally tally;
    private readonly Timer timer;

    public Progress(LedgerProducer ledger, Checker checker, Tally tally, Action<string> tell)
    {
        (this.ledger, this.checker, this.tally) = (ledger, checker, tally);
        timer = new Timer(_ => tell(Line()), null, Every, Every);
    }

    public string Line()
    {
        var (seconds, written) = (ledger.Seconds, ledger.Acknowledged);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds,5:0} s  in {written:N0} ({written / Math.Max(seconds, 1):N0}/s)  out {checker.Results:N0}  behind {Math.Max(0, written - checker.Through):N0}  doubled {tally.Doubled}  wrong {tally.Wrong}  failed {tally.Failures}");
    }

    public void Dispose() => timer.Dispose();
}
