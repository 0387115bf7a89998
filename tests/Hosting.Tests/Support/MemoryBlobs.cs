using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Tests.Support;

/// <summary>Blobs in memory. Owner: one test.</summary>
internal sealed class MemoryBlobs : IBlobStore
{
    private readonly SortedDictionary<string, byte[]> blobs = new(StringComparer.Ordinal);

    public ValueTask Write(string name, Action<Stream> content)
    {
        using var bytes = new MemoryStream();
        content(bytes);
        blobs[name] = bytes.ToArray();
        return ValueTask.CompletedTask;
    }

    public ValueTask<Stream?> Open(string name) => new(blobs.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : null);

    public ValueTask<IReadOnlyList<string>> List(string prefix) => new([.. blobs.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))]);

    public ValueTask Delete(string name)
    {
        blobs.Remove(name);
        return ValueTask.CompletedTask;
    }
}
