using System.Runtime.ExceptionServices;
using StreamGrains.Runtime.Workers;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Processes;

/// <summary>A worker whose work the scheduler runs: one item after the other, each in as many steps as it waits.</summary>
internal sealed class SimWorker(SimProcess process, Scheduler scheduler, Rng rng) : IWorker
{
    /// <summary>Deadlines are so many times shorter than the real ones, as the clients' are.</summary>
    private const int TimesShorter = 15;

    private readonly Queue<Func<ValueTask>> work = new();
    private bool busy;

    public void Post(Func<ValueTask> item)
    {
        work.Enqueue(item);
        if (busy) return;
        busy = true;
        scheduler.After(rng.Range(10, 500), process, Next);
    }

    public async ValueTask Pause(int ms, CancellationToken giveUp)
    {
        await scheduler.Delay(ms * 1000L, process);
        giveUp.ThrowIfCancellationRequested();
    }

    public async ValueTask<(bool InTime, T Result)> Within<T>(Func<ValueTask<T>> call, int ms, CancellationToken giveUp)
    {
        var ended = new Promise<(bool InTime, T Result, ExceptionDispatchInfo? Failure)>();
        _ = Make();
        if (!ended.IsCompleted) scheduler.After(ms * 1000L / TimesShorter, process, () => End((false, default!, null)));
        using var given = giveUp.Register(() => scheduler.After(0, process, () => End((false, default!, ExceptionDispatchInfo.Capture(new OperationCanceledException(giveUp))))));
        var (inTime, result, failure) = await ended;
        failure?.Throw();
        return (inTime, result);

        async Task Make()
        {
            try
            {
                End((true, await call(), null));
            }
            catch (Exception thrown)
            {
                End((true, default!, ExceptionDispatchInfo.Capture(thrown)));
            }
        }

        void End((bool, T, ExceptionDispatchInfo?) how)
        {
            if (!ended.IsCompleted) ended.Complete(how);
        }
    }

    public void Dispose()
    {
    }

    private async void Next()
    {
        try
        {
            await work.Dequeue()();
        }
        catch (Exception failure)
        {
            process.Break($"the work of a worker must not throw, and it did: {failure}");
        }
        process.WakeLanes();
        busy = work.Count > 0;
        if (busy) scheduler.After(rng.Range(10, 500), process, Next);
    }
}
