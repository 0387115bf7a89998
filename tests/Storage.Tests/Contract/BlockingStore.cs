using StreamGrains.Engine.Ports;

namespace StreamGrains.Storage.Tests;

/// <summary>A blob store whose calls are waited for.</summary>
internal sealed class BlockingStore(IBlobStore store)
{
    public void Write(string name, Action<Stream> content) => store.Write(name, content).AsTask().GetAwaiter().GetResult();

    public Stream? Open(string name) => store.Open(name).AsTask().GetAwaiter().GetResult();

    public IReadOnlyList<string> List(string prefix) => store.List(prefix).AsTask().GetAwaiter().GetResult();

    public void Delete(string name) => store.Delete(name).AsTask().GetAwaiter().GetResult();
}
