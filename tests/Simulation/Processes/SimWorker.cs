using StreamGrains.Hosting.Lanes;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Processes;

/// <summary>A worker whose work the scheduler runs: one item after the other, each in as many steps as it waits.</summary>
internal sealed class SimWorker(SimProcess process, Scheduler scheduler, Rng rng) : IWorker
{
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
