using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine;

/// <summary>Someone newer runs this slot. Recovery: stop it here and write nothing more.</summary>
public sealed class PartitionFenced(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// The record that a partition is to read next is not there any more. Recovery: look into the journal; a newer owner of the slot may have cut what this one no longer needs, and
/// otherwise it is a <see cref="JobFailed"/>.
/// </summary>
public sealed class InputGone(TopicPartition partition, string message) : Exception(message)
{
    /// <summary>Which partition.</summary>
    public TopicPartition Partition => partition;
}

/// <summary>The job cannot go on without a person. Recovery: stop the slot, show the message, which says what to do.</summary>
public sealed class JobFailed(string message, Exception? inner = null) : Exception(message, inner);
