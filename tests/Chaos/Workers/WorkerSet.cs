using StreamGrains.Chaos.Check;

namespace StreamGrains.Chaos.Workers;

/// <summary>
/// The processes that run the job: one that owns all slots, or several members among whom the Kafka group divides them. A worker that ends although nobody asked it
/// to is a failure, and is replaced. Owner: the run's thread.
/// </summary>
internal sealed class WorkerSet(WorkerCommand command, string logDirectory, Tally tally) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

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
        var worker = StartAlone(command.Members ? ["--members"] : []);
        serving.Add(worker);
        return worker;
    }

    /// <summary>Starts a process that is not one of those that serve, and that wants the whole job.</summary>
    public Worker StartAlone(params IReadOnlyList<string> more)
    {
        var worker = new Worker(all.Count + 1, [.. command.Arguments, .. more], logDirectory);
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

    /// <summary>Stops these cleanly, all at once, and waits for their ends. What does not end well is counted.</summary>
    public void Stop(params IReadOnlyList<Worker> stopped)
    {
        foreach (var worker in stopped)
        {
            serving.Remove(worker);
            worker.Stop();
        }
        foreach (var worker in stopped)
        {
            if (!worker.WaitForEnd(Patience))
            {
                tally.Fail($"worker {worker.Number} did not stop within {Patience.TotalSeconds:0} s of a SIGTERM: {worker.LastMessage}");
                worker.Kill();
            }
            else if (worker.ExitCode != 0) tally.Fail($"worker {worker.Number} ended a clean stop with code {worker.ExitCode}: {worker.LastMessage}");
        }
    }

    public void Dispose()
    {
        foreach (var worker in all) worker.Dispose();
    }
}

/// <summary>How a worker is started.</summary>
/// <param name="Arguments">All that it takes to run the whole job in one process.</param>
/// <param name="Members">Whether several share it instead.</param>
internal sealed record WorkerCommand(IReadOnlyList<string> Arguments, bool Members);
