namespace StreamGrains.Engine.Steps;

/// <summary>What one step keeps for a key, as somebody who asks is told. Immutable.</summary>
/// <param name="Watermark">The watermark that the step has been told, milliseconds since the epoch; <see cref="long.MinValue"/> before the first event.</param>
/// <param name="Values">
/// Rolling steps: each feature as it would be for a row at the watermark, without that row itself; null for what has no value then. Longs beyond 2^53 are rounded.
/// </param>
/// <param name="Windows">Window steps: the key's open windows, oldest first.</param>
public sealed record StepState(long Watermark, IReadOnlyDictionary<string, double?> Values, IReadOnlyList<OpenWindow> Windows)
{
    /// <summary>Id of the step.</summary>
    public string Step { get; init; } = "";
}

/// <summary>An open window of a key.</summary>
/// <param name="Start">First moment of it, milliseconds since the epoch.</param>
/// <param name="End">First moment behind it.</param>
/// <param name="Values">Aggregates so far, by column.</param>
public sealed record OpenWindow(long Start, long End, IReadOnlyDictionary<string, double?> Values);
