using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>The cluster's list of jobs, kept in grain storage. Thread: its grain's turns.</summary>
internal sealed class JobIndexGrain([PersistentState("index", GrainStorage.Name)] IPersistentState<StoredIndex> stored) : Grain, IJobIndexGrain
{
    public Task<string[]> List() => Task.FromResult(stored.State.Jobs.Order(StringComparer.Ordinal).ToArray());

    public Task Add(string job)
    {
        if (stored.State.Jobs.Contains(job)) return Task.CompletedTask;
        stored.State.Jobs.Add(job);
        return stored.WriteStateAsync();
    }

    public Task Remove(string job) => stored.State.Jobs.Remove(job) ? stored.WriteStateAsync() : Task.CompletedTask;

    public async Task Pulse()
    {
        foreach (var job in stored.State.Jobs) await GrainFactory.GetJob(job).Pulse();
    }
}

/// <summary>Grain storage of StreamGrains' own grains.</summary>
public static class GrainStorage
{
    /// <summary>Name of the storage provider.</summary>
    public const string Name = "streamgrains";
}
