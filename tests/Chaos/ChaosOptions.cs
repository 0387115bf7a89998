namespace StreamGrains.Chaos;

/// <summary>What is asked of a run.</summary>
internal sealed record ChaosOptions
{
    /// <summary>How long faults go on, beside start and end.</summary>
    public double Minutes { get; init; } = 3;

    /// <summary>Ends after so many faults, even if time is left; default: time alone decides.</summary>
    public int Faults { get; init; } = int.MaxValue;

    /// <summary>Only the faults of the schedule whose kind has these words, or with commas one of them; default: all.</summary>
    public string Only { get; init; } = "";

    /// <summary>Whether faults of this kind are asked for.</summary>
    public bool Wants(string kind) => Only.Split(',', StringSplitOptions.TrimEntries).Any(words => kind.Contains(words, StringComparison.Ordinal));

    /// <summary>Decides which faults come, in which order.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Events a second that the ledger writes.</summary>
    public int Rate { get; init; } = 10_500;

    /// <summary>1, or 3 with every partition on each of them.</summary>
    public int Brokers { get; init; } = 3;

    /// <summary>Leaves the run's directory behind, with brokers' data and logs.</summary>
    public bool Keep { get; init; }

    /// <summary>Two workers that share the job as members of a group, instead of one that owns all of it.</summary>
    public bool Members { get; init; }
}
