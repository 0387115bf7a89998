using StreamGrains.Contracts.Control;

namespace StreamGrains.Client;

/// <summary>
/// How far a job's log was read. Lines are numbered by each process for itself, and from 1 again by one that starts again, so the last line of each is remembered, and every few rounds all
/// lines are asked for. Owner: one reader.
/// </summary>
internal sealed class LogPosition
{
    private const int AllEvery = 10;

    private readonly Dictionary<string, JobLogLine> last = [];
    private int round;

    /// <summary>Number above which lines are to be asked for.</summary>
    public long NextAfter() => round++ % AllEvery == 0 || last.Count == 0 ? 0 : last.Values.Min(l => l.Number);

    /// <summary>Those of the lines that were not here before, in their order.</summary>
    public IReadOnlyList<JobLogLine> New(IReadOnlyList<JobLogLine> lines)
    {
        var found = lines.Where(l => !last.TryGetValue(l.Owner, out var before) || l.At > before.At || (l.At == before.At && l.Number > before.Number)).ToList();
        foreach (var line in found) last[line.Owner] = line;
        return found;
    }
}
