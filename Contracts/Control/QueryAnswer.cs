namespace StreamGrains.Contracts.Control;

/// <summary>What looking for a key came to.</summary>
public enum QueryOutcome
{
    /// <summary>The key has state.</summary>
    Found,

    /// <summary>The partition that would own the key has no state for it.</summary>
    UnknownKey,

    /// <summary>The partition that owns the key is being opened, replayed or handed over: ask again in a moment.</summary>
    Moving,
}

/// <summary>Live state of one key.</summary>
/// <param name="Outcome">Whether there is any.</param>
/// <param name="States">State of each step that keeps some for the key; empty unless found.</param>
public sealed record QueryAnswer(QueryOutcome Outcome, IReadOnlyList<KeyState> States);

/// <summary>What one step keeps for a key.</summary>
/// <param name="Step">Id of the step.</param>
/// <param name="Stage">Number of its stage.</param>
/// <param name="Partition">Partition that owns the key there.</param>
/// <param name="Watermark">The partition's watermark: the state is of this event time; null before the first event.</param>
/// <param name="Values">Values by column: of rolling steps as they would be for a row at the watermark.</param>
/// <param name="Windows">Open windows, oldest first; empty for steps without windows.</param>
public sealed record KeyState(
    string Step, int Stage, int Partition, DateTimeOffset? Watermark, IReadOnlyDictionary<string, double?> Values, IReadOnlyList<WindowState> Windows);

/// <summary>One open window of a key.</summary>
/// <param name="Start">First moment of the window.</param>
/// <param name="End">First moment behind it.</param>
/// <param name="Values">Aggregates so far, by column.</param>
public sealed record WindowState(DateTimeOffset Start, DateTimeOffset End, IReadOnlyDictionary<string, double?> Values);
