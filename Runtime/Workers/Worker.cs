using System.Collections.Concurrent;

namespace StreamGrains.Runtime.Workers;

/// <summary>Does what is posted to it, one after the other, so that a lane never waits for a disk or a broker. Any thread may post; work does not throw.</summary>
public interface IWorker : IDisposable
{
    /// <summary>Does this after all that was posted before.</summary>
    void Post(Func<ValueTask> work);

    /// <summary>To be awaited within work: goes on after so many milliseconds. Throws <see cref="OperationCanceledException"/> when that is given up.</summary>
    ValueTask Pause(int ms, CancellationToken giveUp);

    /// <summary>
    /// To be awaited within work, of this worker or another: makes a call that may never end, and goes on when it has, or without it after so many milliseconds; the call is left then, and
    /// what becomes of it is nobody's business any more. Throws what the call throws, and <see cref="OperationCanceledException"/> when waiting is given up.
    /// </summary>
    ValueTask<(bool InTime, T Result)> Within<T>(Func<ValueTask<T>> call, int ms, CancellationToken giveUp);
}

/// <summary>A worker that is a thread. Disposing it waits for what was posted, and only so long: what has not ended by then is left, and ends with the process at the latest.</summary>
internal sealed class ThreadWorker : IWorker
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(20);

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

    public ValueTask<(bool InTime, T Result)> Within<T>(Func<ValueTask<T>> call, int ms, CancellationToken giveUp)
    {
        // A thread of its own: calls that were left must not take the pool's.
        var running = Task.Factory.StartNew(() => call().AsTask().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return new(Task.WaitAny([running], ms, giveUp) < 0 ? (false, default!) : (true, running.GetAwaiter().GetResult()));
    }

    public void Dispose()
    {
        work.CompleteAdding();
        if (thread.Join(EndPatience)) work.Dispose();
    }

    private void Run()
    {
        foreach (var item in work.GetConsumingEnumerable()) item().AsTask().GetAwaiter().GetResult();
    }
}
