using System.Collections.Concurrent;

namespace StreamGrains.Hosting.Lanes;

/// <summary>Does what is posted to it, one after the other, so that a lane never waits for a disk or a broker. Any thread may post; work does not throw.</summary>
internal interface IWorker : IDisposable
{
    /// <summary>Does this after all that was posted before.</summary>
    void Post(Func<ValueTask> work);

    /// <summary>To be awaited within work: goes on after so many milliseconds. Throws <see cref="OperationCanceledException"/> when that is given up.</summary>
    ValueTask Pause(int ms, CancellationToken giveUp);
}

/// <summary>A worker that is a thread. Disposing it waits for what was posted.</summary>
internal sealed class ThreadWorker : IWorker
{
    private readonly BlockingCollection<Func<ValueTask>> work = [];
    private readonly Thread thread;

    public ThreadWorker(string name, ThreadPriority priority = ThreadPriority.Normal)
    {
        thread = new Thread(Run) { IsBackground = true, Name = name, Priority = priority };
        thread.Start();
    }

    public void Post(Func<ValueTask> item) => work.Add(item);

    public ValueTask Pause(int ms, CancellationToken giveUp)
    {
        giveUp.WaitHandle.WaitOne(ms);
        giveUp.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        work.CompleteAdding();
        thread.Join();
        work.Dispose();
    }

    private void Run()
    {
        foreach (var item in work.GetConsumingEnumerable()) item().AsTask().GetAwaiter().GetResult();
    }
}
