using System.Text.Json.Serialization;

namespace StreamGrains.Contracts.Control;

/// <summary>Why a request was not carried out.</summary>
public enum RefusalKind
{
    /// <summary>There is no such job, model or savepoint.</summary>
    NotFound,

    /// <summary>The request has mistakes; sent again as it is, it is refused again.</summary>
    Invalid,

    /// <summary>The request does not fit the state that the job is in.</summary>
    Conflict,

    /// <summary>Something that is needed does not answer at the moment: try again later.</summary>
    Unavailable,

    /// <summary>What was sent is larger than what is taken, or than the room that is left for it.</summary>
    TooLarge,
}

/// <summary>A request that was not carried out, and why.</summary>
/// <param name="Kind">What follows from it.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Mistakes">Every mistake of a spec; empty for other requests.</param>
public sealed record Refusal(RefusalKind Kind, string Message, IReadOnlyList<SpecError> Mistakes)
{
    /// <summary>A refusal without mistakes in a spec.</summary>
    public static Refusal Of(RefusalKind kind, string message) => new(kind, message, []);
}

/// <summary>What a request came to: a value, or why there is none.</summary>
/// <typeparam name="T">Type of the value.</typeparam>
/// <param name="Value">The value; null when refused.</param>
/// <param name="Refusal">Why there is no value; null when there is one.</param>
public sealed record Answer<T>(T? Value, Refusal? Refusal)
    where T : class
{
    /// <summary>Whether there is a value.</summary>
    [JsonIgnore]
    public bool Ok => Refusal is null;

    /// <summary>An answer with a value.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Answer<T>(Refusal refusal) => new(null, refusal);
}
