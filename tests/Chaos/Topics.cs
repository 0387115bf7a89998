namespace StreamGrains.Chaos;

/// <summary>Names as in job.yaml; the broker is the run's own.</summary>
internal static class Topics
{
    public const int Partitions = 4;
    public const string Job = "chaos", Ledger = "chaos-ledger", Early = "chaos-early", Final = "chaos-final", Rejected = "chaos-rejected";
    public const string Journal = $"{Job}.journal", Exchange = $"{Job}.by-k2";
}
