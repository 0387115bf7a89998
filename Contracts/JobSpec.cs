using StreamGrains.Contracts.Steps;

namespace StreamGrains.Contracts;

/// <summary>What a user submits: where records come from and the steps they go through, read from the top.</summary>
public sealed record JobSpec
{
    /// <summary>Name of the job: letters, digits, '.', '_' and '-'. Prefix of its internal topics and transactional ids.</summary>
    public required string Job { get; init; }

    /// <summary>What the results survive; exactly-once by default.</summary>
    public DeliveryGuarantee Guarantee { get; init; } = DeliveryGuarantee.ExactlyOnce;

    /// <summary>When work is committed.</summary>
    public CommitSpec Commit { get; init; } = new();

    /// <summary>When state is snapshotted.</summary>
    public SnapshotSpec Snapshot { get; init; } = new();

    /// <summary>How far apart in event time the partitions of the job may run; 1h by default.</summary>
    public TimeSpan Alignment { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Units of ownership, fixed when the job first starts; by default the partitions of the largest source, at most 8.</summary>
    public int? Slots { get; init; }

    /// <summary>
    /// Warm copies of every partition's state on other silos of a cluster, 0 or 1; 0 by default. With one, partitions of a silo that dies go on without loading a snapshot; it costs the memory
    /// and the work of the state once more.
    /// </summary>
    public int Standby { get; init; }

    /// <summary>Where records go that cannot be used.</summary>
    public DeadLetterSpec DeadLetters { get; init; } = new();

    /// <summary>Topics that the job reads, by the name that steps use for them.</summary>
    public required OrderedDictionary<string, SourceSpec> Sources { get; init; }

    /// <summary>What happens to every row, from the top.</summary>
    public required IReadOnlyList<StepSpec> Steps { get; init; }
}

/// <summary>What the results of a job survive.</summary>
public enum DeliveryGuarantee
{
    /// <summary>Every record counts once in state and in the results, whatever fails.</summary>
    [SpecName("exactly-once")] ExactlyOnce,

    /// <summary>Cheaper: results may be written twice after a fault; none is lost and state is right.</summary>
    [SpecName("at-least-once")] AtLeastOnce,
}

/// <summary>A commit happens when either bound is reached.</summary>
public sealed record CommitSpec
{
    /// <summary>Age of the open interval, 1ms to 5m; 100ms by default.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Records in the open interval; 10000 by default.</summary>
    public int Records { get; init; } = 10_000;
}

/// <summary>A snapshot is taken when either bound is reached.</summary>
public sealed record SnapshotSpec
{
    /// <summary>Age of the last snapshot, 1ms to 1d; 30s by default.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Records since the last snapshot; 5000000 by default.</summary>
    public long Records { get; init; } = 5_000_000;
}

/// <summary>Where records go that cannot be used.</summary>
public sealed record DeadLetterSpec
{
    /// <summary>Topic; {job}.dead-letters by default.</summary>
    public string? Topic { get; init; }
}
