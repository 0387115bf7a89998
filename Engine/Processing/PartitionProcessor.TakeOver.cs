using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Engine.Processing;

public sealed partial class PartitionProcessor
{
    /// <summary>
    /// What this processor would have kept in place of <paramref name="before"/>, the same processor of another spec: its position and time, and the state of the steps in <paramref name="carried"/>
    /// (id here, id there), whose meanings are equal. The other steps are empty. Both processors are of no further use. Throws <see cref="JobFailed"/> when rows wait for the watermark
    /// in a step that does not go on with the very same columns: they are in no other state, and would be lost.
    /// </summary>
    public ProcessorImage TakeOver(PartitionProcessor before, IReadOnlyDictionary<string, string> carried)
    {
        var there = before.operators.ToDictionary(o => o.Id, o => o.Operator);
        foreach (var (id, left) in there.Where(o => o.Value.Waiting.Rows > 0))
        {
            var next = operators.Find(o => carried.GetValueOrDefault(o.Id) == id).Operator;
            if (next is null || !next.Waiting.Columns.SequenceEqual(left.Waiting.Columns))
                throw new JobFailed(
                    $"{left.Waiting.Rows} rows of partition {Id.Partition} wait in step '{id}' for the watermark, and would be lost: leave that step and the columns up to it as they are, "
                    + "or hand the spec in again when no rows wait there");
        }
        var frames = Stateful.Select(o => StateFrame.Of(o.Id, carried.TryGetValue(o.Id, out var from) ? there[from] : o.Operator));
        return new ProcessorImage(new SnapshotHeader(fingerprint, Id, Sequence: 0, before.Position), before.reader, [.. frames]);
    }
}
