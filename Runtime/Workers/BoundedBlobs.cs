using System.Globalization;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Runtime.Workers;

/// <summary>
/// A blob store each of whose calls ends by a deadline of ours with an <see cref="IOException"/>, whatever the store does: a network disk may not answer for ever. What is left may end later;
/// nobody looks at it then. While too many writes are left, no more are begun, because each may hold an image of the state. Any thread.
/// </summary>
/// <param name="blobs">The store.</param>
/// <param name="worker">Whose way of waiting is used.</param>
/// <param name="giveUp">Cancelled when waiting must end.</param>
internal sealed class BoundedBlobs(IBlobStore blobs, IWorker worker, CancellationToken giveUp) : IBlobStore
{
    private const int MostWrites = 4;

    /// <summary>Milliseconds that a question may take: longer than the stores' own limits.</summary>
    private const int QuestionMs = 120_000;

    /// <summary>Milliseconds that a write may take, of whatever size.</summary>
    private const int WriteMs = 600_000;

    private int writing;

    public async ValueTask Write(string name, Action<Stream> content)
    {
        if (Volatile.Read(ref writing) >= MostWrites)
            throw new IOException($"{MostWrites} writes to the storage have not ended yet, and no more are begun before they have; when they never do, start the process again");
        await Call("write", name, WriteMs, () => Counted(name, content));
    }

    public ValueTask<Stream?> Open(string name) => Call("open", name, QuestionMs, () => blobs.Open(name));

    public ValueTask<IReadOnlyList<string>> List(string prefix) => Call("list", prefix, QuestionMs, () => blobs.List(prefix));

    public async ValueTask Delete(string name) => await Call("delete", name, QuestionMs, async () =>
    {
        await blobs.Delete(name);
        return true;
    });

    private async ValueTask<bool> Counted(string name, Action<Stream> content)
    {
        Interlocked.Increment(ref writing);
        try
        {
            await blobs.Write(name, content);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref writing);
        }
    }

    private async ValueTask<T> Call<T>(string doing, string name, int ms, Func<ValueTask<T>> call) => await worker.Within(call, ms, giveUp) is (true, var result)
        ? result
        : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"cannot {doing} '{name}': the storage has not answered within {ms / 1000} s, and the call is left"));
}
