using StreamGrains.Contracts;

namespace StreamGrains.Client;

/// <summary>A request that was not carried out. The message is for people: what is wrong and what to do.</summary>
public sealed class StreamGrainsException : Exception
{
    internal StreamGrainsException(ProblemKind kind, string message, IReadOnlyList<SpecError>? mistakes = null, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Mistakes = mistakes ?? [];
    }

    /// <summary>What follows from it.</summary>
    public ProblemKind Kind { get; }

    /// <summary>Every mistake of a spec that was refused, in the order of its text; empty for other problems.</summary>
    public IReadOnlyList<SpecError> Mistakes { get; }
}
