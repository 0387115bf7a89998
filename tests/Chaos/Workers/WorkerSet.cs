using StreamGrains.Chaos.Check;

namespace StreamGrains.Chaos.Workers;

/// <summary>
/// The processes that run the job: one that owns all slots, or several members among whom the Kafka group divides them. A worker that ends although nobody asked it
/// to is a failure, and is replaced. Owner: the run's thread.
/// </summary>
internal sealed class WorkerSet(WorkerCommand command, string logDirectory, Tally tally) : IDisposable
{
    private readonly List<Worker> all = [];
    private readonly List<Worker> serving = [];

    /// <summary>How many are to serve.</summary>
    public int Count => command.Members ? 2 : 1;

    public bool Members => command.Members;

    /// <summary>Starts so far.</summary>
    public int Starts => all.Count;

    /// <summary>Those that are to serve now.</summary>
    public IReadOnlyList<Worker> Serving => serving;

    /// <summary>Starts another, whether or not there are enough.</summary>
    public Worker Start()
    {
        var worker = StartAlone(command.Arguments);
        serving.Add(worker);
        return worker;
    }

    /// <summary>Starts a process that is not one of those that serve.</summary>
    public Worker StartAlone(IReadOnlyList<string> arguments)
    {
        var worker = new Worker(all.Count + 1, arguments, logDirectory);
        all.Add(worker);
        return worker;
    }

    /// <summary>Expects this one to end, or to have ended: no failure, and no replacement by itself.</summary>
    public void LetGo(Worker worker) => serving.Remove(worker);

    /// <summary>Starts as many as are missing; one that ended by itself counts as a failure.</summary>
    public void Replenish()
    {
        foreach (var ended in serving.Where(w => w.HasExited).ToList())
        {
            ended.WaitForEnd(TimeSpan.FromSeconds(5));
            tally.Fail($"worker {ended.Number} ended by itself with code {ended.ExitCode}: {ended.LastMessage}");
            serving.Remove(ended);
        }
        while (serving.Count < Count) Start();
    }

    /// <summary>Stops all that serve, cleanly. Failures are counted.</summary>
    public void StopAll(TimeSpan patience)
    {
        foreach (var worker in serving) worker.Stop();
        foreach (var worker in serving)
        {
            if (!worker.WaitForEnd(patience))
            {
                tally.Fail($"worker {worker.Number} did not stop within {patience.TotalSeconds:0} s of a SIGTERM");
                worker.Kill();
            }
            else if (worker.ExitCode != 0) tally.Fail($"worker {worker.Number} ended a clean stop with code {worker.ExitCode}: {worker.LastMessage}");
        }
        serving.Clear();
    }

    public void Dispose()
    {
        foreach (var worker in all) worker.Dispose();
    }
}

/// <summary>How a worker is started.</summary>
/// <param name="Arguments">All that it takes to run the job.</param>
/// <param name="Members">Whether several share it.</param>
internal sealed record WorkerCommand(IReadOnlyList<string> Arguments, bool Members);
