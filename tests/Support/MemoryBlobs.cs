using System.Collections.Concurrent;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Tests.Support;

/// <summary>Blobs in memory. Any thread.</summary>
public sealed class MemoryBlobs : IBlobStore
{
    /// <summary>Each blob by its name.</summary>
    public ConcurrentDictionary<string, byte[]> All { get; } = new();

    /// <summary>Thrown when a blob is opened.</summary>
    public Exception? Broken { get; set; }

    public ValueTask Write(string name, Action<Stream> content)
    {
        Keep(name, content);
        return ValueTask.CompletedTask;
    }

    public void Keep(string name, Action<Stream> content)
    {
        using var bytes = new MemoryStream();
        content(bytes);
        All[name] = bytes.ToArray();
    }

    public ValueTask<Stream?> Open(string name) => Broken is not null ? throw Broken : new(All.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : null);

    public ValueTask<IReadOnlyList<string>> List(string prefix) => new([.. All.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);

    public ValueTask Delete(string name)
    {
        All.TryRemove(name, out _);
        return ValueTask.CompletedTask;
    }
}
