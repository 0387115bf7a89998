using System.Diagnostics;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Commit;

/// <summary>A record that Kafka will never take as it is.</summary>
/// <param name="Number">Its number in the interval; the journal record comes behind the outputs.</param>
/// <param name="Reason">What Kafka says.</param>
/// <param name="TooLarge">Smaller ones might be taken.</param>
public readonly record struct RefusedRecord(int Number, string Reason, bool TooLarge);

/// <summary>
/// Finds the records of an interval that are refused, by halving: a range that would be taken holds none, one that would not is asked for in halves, and one record that is refused is found. Where
/// the first half of a refused range is taken, the second is known to be refused and is halved unasked. Pure; owner: one commit.
/// </summary>
/// <param name="records">Records of the interval, its journal record included.</param>
public sealed class RefusalHunt(int records)
{
    private readonly Stack<(int First, int Count, bool FirstHalf)> open = new([(0, records, false)]);
    private readonly List<RefusedRecord> refused = [];

    /// <summary>Records that are to be asked for next; null when all is known.</summary>
    public (int First, int Count)? Next => open.TryPeek(out var range) ? (range.First, range.Count) : null;

    /// <summary>What was found so far, in order.</summary>
    public IReadOnlyList<RefusedRecord> Refused => refused;

    /// <summary>The answer for <see cref="Next"/>.</summary>
    public void Answer(CommitOutcome outcome)
    {
        Debug.Assert(outcome.Verdict is CommitVerdict.Landed or CommitVerdict.RecordRefused, "any other answer is none");
        var range = open.Pop();
        if (outcome.Verdict == CommitVerdict.Landed)
        {
            // Below a first half lies its second.
            if (range.FirstHalf && open.Peek().Count > 1) Halve(open.Pop());
        }
        else if (range.Count == 1) refused.Add(new RefusedRecord(range.First, outcome.Message, outcome.TooLarge));
        else Halve(range);
    }

    private void Halve((int First, int Count, bool FirstHalf) range)
    {
        var half = range.Count / 2;
        open.Push((range.First + half, range.Count - half, false));
        open.Push((range.First, half, true));
    }
}
