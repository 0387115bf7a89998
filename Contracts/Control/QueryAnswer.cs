namespace StreamGrains.Contracts.Control;

/// <summary>What looking for a key came to.</summary>
public enum QueryOutcome
{
    /// <summary>The key has state.</summary>
    Found,

    /// <summary>The partition that would own the key has no state for it.</summary>
    UnknownKey,

    /// <summary>A slot that may hold the key is being opened, replayed or handed over: ask again in a moment.</summary>
    Moving,
}

/// <summary>Live state of one key: what its owner has at the moment, committed or not.</summary>
/// <param name="Outcome">Whether there is any.</param>
/// <param name="States">State of each step that keeps some for the key, earlier stages first; empty unless found.</param>
public sealed record QueryAnswer(QueryOutcome Outcome, IReadOnlyList<KeyState> States)
{
    /// <summary>There is more that may hold state of the key, and it did not answer: a slot that is moving, or a process that is busy or gone. Default: false.</summary>
    public bool Partial { get; init; }

    /// <summary>An answer without state: there is none.</summary>
    public static QueryAnswer UnknownKey { get; } = new(QueryOutcome.UnknownKey, []);

    /// <summary>An answer without state: it is not known at the moment.</summary>
    public static QueryAnswer Moving { get; } = new(QueryOutcome.Moving, []);
}

/// <summary>What one step keeps for a key.</summary>
/// <param name="Step">Id of the step.</param>
/// <param name="Stage">Number of its stage.</param>
/// <param name="Partition">Partition that owns the key there.</param>
/// <param name="Watermark">The step's watermark: the state is of this event time; null before the first event.</param>
/// <param name="Values">
/// Values by column: of rolling steps as they would be for a row at the watermark, without that row itself. Null for what has no value (the smallest of nothing, anything before the first
/// watermark); whole numbers beyond 2^53 are rounded. Empty for window steps.
/// </param>
/// <param name="Windows">Open windows, oldest first; empty for steps without windows.</param>
public sealed record KeyState(
    string Step, int Stage, int Partition, DateTimeOffset? Watermark, IReadOnlyDictionary<string, double?> Values, IReadOnlyList<WindowState> Windows);

/// <summary>One open window of a key.</summary>
/// <param name="Start">First moment of the window.</param>
/// <param name="End">First moment behind it.</param>
/// <param name="Values">Aggregates so far, by column.</param>
public sealed record WindowState(DateTimeOffset Start, DateTimeOffset End, IReadOnlyDictionary<string, double?> Values);
