namespace StreamGrains.Engine;

/// <summary>Someone newer runs this slot. Recovery: stop it here and write nothing more.</summary>
public sealed class PartitionFenced(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>State and log do not agree. Recovery: drop the state and recover the slot again from snapshot and journal.</summary>
public sealed class StateCorrupted(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The job cannot go on without a person. Recovery: stop the slot, show the message, which says what to do.</summary>
public sealed class JobFailed(string message, Exception? inner = null) : Exception(message, inner);
