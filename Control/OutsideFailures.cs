using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Runtime.Workers;

namespace StreamGrains.Control;

/// <summary>What failures of the outside are to who asked for something.</summary>
public static class OutsideFailures
{
    /// <summary>A full disk, without the paths of the server.</summary>
    public const string NoSpace = "no space is left where the server keeps jobs and models: make room there, and ask again";

    /// <summary>The refusal; null for a surprise.</summary>
    public static Refusal? RefusalOf(Exception failure) => failure switch
    {
        IOException full when FailureCounts.IsFull(full) => Refusal.Of(RefusalKind.Unavailable, NoSpace),
        IOException => Refusal.Of(RefusalKind.Unavailable, failure.Message),
        JobFailed or PartitionFenced => Refusal.Of(RefusalKind.Conflict, failure.Message),
        InvalidDataException => Refusal.Of(RefusalKind.Invalid, failure.Message),
        _ => null,
    };
}
