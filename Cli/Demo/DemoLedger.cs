using System.Diagnostics;

namespace StreamGrains.Cli.Demo;

/// <summary>An alert as it came out of the job.</summary>
internal sealed record Alert(long Time, long Customer, double Amount, double Score, bool IsFraud);

/// <summary>What went in, what came out and what was true. Shared by the producing, the reading and the showing thread: every member locks.</summary>
internal sealed class DemoLedger
{
    /// <summary>Payments that may be on their way: the embedded broker keeps little, so readers must stay near.</summary>
    public const int MostOutstanding = 12_000;

    private const int Ring = 1 << 16, Recent = 4096, LastAlerts = 64;

    private readonly Lock gate = new();
    private readonly (long Id, long At)[] sent = new (long, long)[Ring];
    private readonly HashSet<long> frauds = [];
    private readonly double[] latencies = new double[Recent];
    private readonly LinkedList<Alert> alerts = new();
    private long produced, scored, fraudsScored, alerted, rightAlerts;

    /// <summary>A payment goes out.</summary>
    public void Sent(long id, bool isFraud)
    {
        lock (gate)
        {
            sent[id & (Ring - 1)] = (id, Stopwatch.GetTimestamp());
            if (isFraud) frauds.Add(id);
            produced++;
        }
    }

    /// <summary>Its score is in the output topic, committed.</summary>
    public void Scored(long id)
    {
        lock (gate)
        {
            var (was, at) = sent[id & (Ring - 1)];
            if (was == id) latencies[scored % Recent] = Stopwatch.GetElapsedTime(at).TotalMilliseconds;
            if (frauds.Contains(id)) fraudsScored++;
            scored++;
        }
    }

    /// <summary>An alert is in its topic, committed.</summary>
    public void Alerted(long id, long time, long customer, double amount, double score)
    {
        lock (gate)
        {
            var isFraud = frauds.Contains(id);
            alerted++;
            if (isFraud) rightAlerts++;
            alerts.AddFirst(new Alert(time, customer, amount, score, isFraud));
            if (alerts.Count > LastAlerts) alerts.RemoveLast();
        }
    }

    /// <summary>Payments sent and not yet seen scored.</summary>
    public long Outstanding
    {
        get
        {
            lock (gate) return produced - scored;
        }
    }

    /// <summary>Everything at this moment.</summary>
    public DemoFigures Read()
    {
        lock (gate)
        {
            var recent = latencies.AsSpan(0, (int)Math.Min(scored, Recent)).ToArray();
            Array.Sort(recent);
            return new DemoFigures(produced, scored, fraudsScored, alerted, rightAlerts, At(recent, 0.5), At(recent, 0.99), [.. alerts]);
        }
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];
}

/// <summary>The ledger at one moment; latencies in milliseconds, NaN before the first.</summary>
internal sealed record DemoFigures(long Produced, long Scored, long Frauds, long Alerts, long RightAlerts, double P50, double P99, IReadOnlyList<Alert> Last)
{
    /// <summary>Share of the alerts that are frauds; NaN without alerts.</summary>
    public double Precision => Alerts == 0 ? double.NaN : (double)RightAlerts / Alerts;

    /// <summary>Share of the frauds that were alerted; NaN without frauds.</summary>
    public double Recall => Frauds == 0 ? double.NaN : (double)RightAlerts / Frauds;
}
