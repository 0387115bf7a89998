using Orleans.Concurrency;

namespace StreamGrains.Grains.Interfaces;

/// <summary>Names of the cluster's jobs; its key is 0.</summary>
[Alias("StreamGrains.IJobIndexGrain")]
public interface IJobIndexGrain : IGrainWithIntegerKey
{
    /// <summary>All names, in order.</summary>
    [Alias("List"), AlwaysInterleave]
    Task<string[]> List();

    /// <summary>Adds a name; one that is there stays.</summary>
    [Alias("Add")]
    Task Add(string job);

    /// <summary>Removes a name; none by this name is fine.</summary>
    [Alias("Remove")]
    Task Remove(string job);

    /// <summary>Wakes every job, so that it looks after its slots: a job whose silo is gone has nobody else to wake it. Returns at once.</summary>
    [Alias("Pulse"), OneWay]
    Task Pulse();
}
