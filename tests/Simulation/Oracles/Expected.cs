namespace StreamGrains.Simulation.Oracles;

/// <summary>A record that a processor is to write, once.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Identity">Tells it from all others of its topic: the beginning of its value, or where a dead letter comes from.</param>
/// <param name="Key">Its key as text; null for none.</param>
/// <param name="Value">Its value as text; null where only the identity is known, because the row came too late for its features to be exact.</param>
/// <param name="Time">Its timestamp.</param>
/// <param name="MayBeMissing">Whether a condition on inexact features decides that it is there.</param>
internal sealed record Expected(string Topic, string Identity, string? Key, string? Value, long Time, bool MayBeMissing = false)
{
    /// <summary>Dead letters: how the reason begins.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it was seen.</summary>
    public bool Found { get; set; }

    /// <summary>Place among its processor's records.</summary>
    public int Place { get; set; }

    public required StageFold By { get; init; }
}

/// <summary>A row that crosses a re-key.</summary>
/// <param name="Event">The event it came from.</param>
/// <param name="Partition">Source partition.</param>
/// <param name="Offset">Source offset.</param>
/// <param name="N">First stage's count, where there is one.</param>
/// <param name="Total">First stage's sum.</param>
/// <param name="Loose">Those two are not exact.</param>
/// <param name="Before">Watermark of its partition just before it.</param>
internal sealed record CrossingRow(Jobs.Event Event, int Partition, long Offset, long N, double Total, bool Loose, long Before);
