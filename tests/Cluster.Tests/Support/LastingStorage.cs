using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace StreamGrains.Cluster.Tests.Support;

/// <summary>Grain storage that outlives the silos of a test, as a database does.</summary>
internal sealed class LastingStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (string Text, string ETag)> states = new();

    public void AddTo(ISiloBuilder silo, params string[] names)
    {
        foreach (var name in names) silo.Services.AddKeyedSingleton<IGrainStorage>(name, this);
    }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = states.TryGetValue((stateName, grainId), out var stored);
        grainState.State = grainState.RecordExists ? JsonSerializer.Deserialize<T>(stored.Text)! : Activator.CreateInstance<T>();
        grainState.ETag = grainState.RecordExists ? stored.ETag : null;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var next = (JsonSerializer.Serialize(grainState.State), Guid.NewGuid().ToString());
        lock (states)
        {
            var now = states.TryGetValue((stateName, grainId), out var stored) ? stored.ETag : null;
            if (now != grainState.ETag) throw new InconsistentStateException("somebody else wrote", now, grainState.ETag);
            states[(stateName, grainId)] = next;
        }
        (grainState.ETag, grainState.RecordExists) = (next.Item2, true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        states.TryRemove((stateName, grainId), out _);
        (grainState.ETag, grainState.RecordExists, grainState.State) = (null, false, Activator.CreateInstance<T>());
        return Task.CompletedTask;
    }
}
