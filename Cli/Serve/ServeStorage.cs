using StreamGrains.Cli.Jobs;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Cli.Serve;

/// <summary>
/// Where the snapshots of a served job are. While it is open, so is the job's lock file: <c>reset</c> sees that the job runs. Owner: the job's run.
/// </summary>
internal sealed class ServeStorage : IBlobStore, IDisposable
{
    private readonly IBlobStore store;
    private readonly IDisposable held;

    private ServeStorage(IBlobStore store, IDisposable held) => (this.store, this.held) = (store, held);

    /// <summary>Wraps a job's storage.</summary>
    public static IBlobStore Around(string dataDirectory, JobPlan job, IBlobStore store) => new ServeStorage(store, JobLock.Share(dataDirectory, job.Name));

    public ValueTask Write(string name, Action<Stream> content) => store.Write(name, content);

    public ValueTask<Stream?> Open(string name) => store.Open(name);

    public ValueTask<IReadOnlyList<string>> List(string prefix) => store.List(prefix);

    public ValueTask Delete(string name) => store.Delete(name);

    public void Dispose()
    {
        (store as IDisposable)?.Dispose();
        held.Dispose();
    }
}
