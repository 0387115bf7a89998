using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.State;

namespace StreamGrains.Runtime.Queries;

/// <summary>
/// The processors of a job that can hold state of a key. Rows behind a re-key are where the job's own hash put them: one processor of the stage. A source topic is
/// partitioned by whoever writes it: any processor of the stage.
/// </summary>
public sealed record KeyRoute(IReadOnlyList<ProcessorId> Processors)
{
    /// <summary>The route of a key, or why no row can have it. Pure.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="inputPartitions">Partitions of each stage's input topic, by stage.</param>
    /// <param name="key">The key's text.</param>
    public static Answer<KeyRoute> Of(JobPlan plan, IReadOnlyList<int> inputPartitions, string key)
    {
        var keyed = plan.Stages.Select(s => (Stage: s.Index, Key: KeyOf(s))).Where(s => s.Key is not null).ToList();
        if (keyed.Count == 0) return Refusal.Of(RefusalKind.Invalid, $"job '{plan.Name}' keeps no state by key: it has neither a rolling nor a window step");
        var processors = new List<ProcessorId>();
        foreach (var (stage, column) in keyed)
        {
            if (!LookupKey.TryParse(key, column!.Type, out var wanted)) continue;
            if (stage > 0) processors.Add(new ProcessorId(stage, wanted.PartitionOf(inputPartitions[stage])));
            else processors.AddRange(Enumerable.Range(0, inputPartitions[0]).Select(p => new ProcessorId(0, p)));
        }
        if (processors.Count > 0) return new KeyRoute(processors);
        // A text is always a text: every key here is a long.
        var columns = string.Join(", ", keyed.Select(k => $"{k.Key!.Name} (long)").Distinct());
        return Refusal.Of(RefusalKind.Invalid, $"'{key}' is no key of job '{plan.Name}', which keeps state by {columns}: a long is a whole number such as 42");
    }

    /// <summary>Slots that have these processors.</summary>
    public IEnumerable<int> Slots(int slots) => Processors.Select(p => p.Partition % slots).Distinct().Order();

    /// <summary>Those of one slot.</summary>
    public IReadOnlyList<ProcessorId> In(int slot, int slots) => [.. Processors.Where(p => p.Partition % slots == slot)];

    /// <summary>The column by which a stage keeps state; null for a stage that keeps none. The result of a window has the same key as its rows.</summary>
    private static ColumnDef? KeyOf(StagePlan stage) => stage.Walk().Select(s => s.Step.State(s.Rows)?.Key).FirstOrDefault(key => key is not null);
}
