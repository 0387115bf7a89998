namespace StreamGrains.Simulation.World;

/// <summary>One injected fault: the n-th time that this kind could have struck.</summary>
internal readonly record struct FaultId(Fault Kind, int Number);

/// <summary>
/// Decides at every place where something may go wrong whether it does. A decision is a function of the seed, the kind and how often that kind was asked
/// before, so taking one fault away leaves the decisions of all others as they are.
/// </summary>
internal sealed class Faults
{
    public static readonly int Kinds = Enum.GetValues<Fault>().Length;

    private readonly ulong seed;
    private readonly IReadOnlySet<FaultId>? only;
    private readonly double[] probability = new double[Kinds];
    private readonly int[] asked = new int[Kinds];

    /// <param name="seed">The run's seed.</param>
    /// <param name="only">Faults that may strike; null for all.</param>
    public Faults(ulong seed, IReadOnlySet<FaultId>? only)
    {
        this.seed = Rng.Mix(seed ^ 0xFA017);
        this.only = only;
        var draw = new Rng(seed, "probabilities");
        for (var kind = 0; kind < Kinds; kind++)
        {
            // Some kinds are away in some runs, and some runs are full of one kind.
            var level = draw.Next(8) switch { 0 => 0.0, < 4 => 0.5, < 7 => 1.0, _ => 4.0 };
            probability[kind] = Math.Min(0.6, level * Usual((Fault)kind));
        }
    }

    /// <summary>Whether faults strike at all; off in the calm at the end.</summary>
    public bool Active { get; set; } = true;

    /// <summary>How many times as probable faults are as usual.</summary>
    public double Haste { get; set; } = 1;

    /// <summary>Faults that struck, in order.</summary>
    public List<FaultId> Struck { get; } = [];

    /// <summary>How often each kind struck.</summary>
    public int[] Counts { get; } = new int[Kinds];

    /// <summary>Whether this kind strikes here and now.</summary>
    public bool Strike(Fault kind, double weight = 1) => Strike(kind, () => true, weight);

    /// <summary>The same for one that is not always possible, which is asked only when it would strike.</summary>
    public bool Strike(Fault kind, Func<bool> possible, double weight = 1)
    {
        if (!Active) return false;
        var id = new FaultId(kind, asked[(int)kind]++);
        if (!Rng.Below(Rng.Mix(seed + (ulong)kind * 0x1_0000_0001 ^ Rng.Mix((ulong)id.Number)), probability[(int)kind] * weight * Haste)) return false;
        return possible() && Count(id);
    }

    /// <summary>Counts a fault that was decided elsewhere; false when it must not strike.</summary>
    public bool Inject(Fault kind) => Active && Count(new FaultId(kind, asked[(int)kind]++));

    /// <summary>Counts what nobody decided, such as a transaction that timed out because of other faults.</summary>
    public void Note(Fault kind)
    {
        if (Active) Counts[(int)kind]++;
    }

    private bool Count(FaultId id)
    {
        if (only is not null && !only.Contains(id)) return false;
        Struck.Add(id);
        Counts[(int)id.Kind]++;
        return true;
    }

    private static double Usual(Fault kind) => kind switch
    {
        Fault.CrashAtEndTxn => 0.015,
        Fault.CrashAfterBlob => 0.02,
        Fault.RequestLost or Fault.ReplyLost => 0.008,
        Fault.EndTxnUnanswered or Fault.EndTxnLate => 0.03,
        Fault.SentTwice => 0.08,
        Fault.ProduceReplyLost => 0.01,
        Fault.ProduceLate => 0.002,
        Fault.AbortableError => 0.02,
        Fault.CommitRefused => 0.002,
        Fault.StaleMetadata => 0.005,
        Fault.Slow => 0.01,
        Fault.ClusterSilent => 0.01,
        Fault.OffsetOutOfRange => 0.0003,
        Fault.OffsetGap => 0.01,
        Fault.SourceAborted => 0.05,
        Fault.BlobTorn or Fault.BlobTruncated or Fault.BlobFlipped or Fault.BlobMissing or Fault.BlobOld => 0.02,
        Fault.DiskFull => 0.04,
        Fault.DiskBusy => 0.05,
        Fault.DiskAway => 0.01,
        Fault.RequestUnanswered => 0.001,
        Fault.DiskUnanswered => 0.01,
        Fault.ClusterUnanswered => 0.05,
        Fault.BrokerRestart => 0.04,
        _ => 0.1,
    };
}
