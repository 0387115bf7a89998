using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Jobs;

/// <summary>What follows from a failure, for people: the exception's type is the recovery verb.</summary>
public static class FailureKinds
{
    public static FailureKind Of(Exception failure) => failure switch
    {
        PartitionFenced => FailureKind.Fenced,
        // A storage or a cluster that does not answer is a person's business as well, when it lasts.
        JobFailed or ModelRefused or IOException => FailureKind.JobFailed,
        _ => FailureKind.Unexpected,
    };
}
