using StreamGrains.Contracts.Control;

namespace StreamGrains.Control.Supervision;

/// <summary>The last lines that a job said in this process, oldest first. Any thread.</summary>
/// <param name="owner">Name of this process.</param>
/// <param name="time">Clock.</param>
/// <param name="told">Told of every line as well, for the process' own log.</param>
public sealed class JobLog(string owner, TimeProvider time, Action<JobLogLine> told)
{
    private const int Most = 1_000;

    private readonly Lock gate = new();
    private readonly Queue<JobLogLine> lines = new(Most);
    private long last;

    /// <summary>Adds a line; the oldest of more than 1000 goes.</summary>
    public void Add(string text, JobLogLevel level)
    {
        JobLogLine line;
        lock (gate)
        {
            if (lines.Count == Most) lines.Dequeue();
            lines.Enqueue(line = new JobLogLine(++last, time.GetUtcNow(), owner, text) { Level = level });
        }
        told(line);
    }

    /// <summary>Adds a line to know.</summary>
    public void Notice(string text) => Add(text, JobLogLevel.Info);

    /// <summary>Adds a line to look at.</summary>
    public void Warn(string text) => Add(text, JobLogLevel.Warning);

    /// <summary>Lines with numbers above <paramref name="after"/>; of more than <paramref name="most"/> the newest.</summary>
    public IReadOnlyList<JobLogLine> Tail(long after, int most)
    {
        lock (gate) return [.. lines.Where(l => l.Number > after).TakeLast(most)];
    }
}
