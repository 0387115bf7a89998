namespace StreamGrains.Contracts.Steps;

/// <summary>Keeps the rows of a share of the keys: a key's rows are all kept, or none, in every run.</summary>
public sealed record SampleSpec
{
    /// <summary>How many of the keys, in percent, above 0% and at most 100%: 10%, 0.5%.</summary>
    public required string Share { get; init; }

    /// <summary>Column with the key, a long or a string that cannot be null; the key of the rows by default.</summary>
    public string? By { get; init; }
}
