using System.Diagnostics;
using System.Globalization;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Engine.Plan;

/// <summary>A job ready to run: stages in topological order, everything named resolved to an index.</summary>
/// <param name="Name">Job name; prefix of its internal topics and transactional ids.</param>
/// <param name="ExactlyOnce">Whether outputs, offsets and journal are one Kafka transaction. Without transactions duplicates are possible after a fault; loss and wrong state are not.</param>
/// <param name="CommitEveryMs">An interval is committed when this old (default 100).</param>
/// <param name="CommitRecords">or when it holds this many records (default 10 000).</param>
/// <param name="SnapshotEveryMs">State is snapshotted when the last snapshot is this old (default 30 000).</param>
/// <param name="SnapshotRecords">or this many records old (default 5 000 000).</param>
/// <param name="AlignmentMs">How far apart in event time the partitions of the job's sources may run (default one hour).</param>
/// <param name="Slots">Number of slots, or null for the default: partitions of the largest source, at most 8.</param>
/// <param name="DeadLetterTopic">Topic of the dead letters.</param>
/// <param name="Stages">Stage 0 reads the source; each next stage reads the internal topic that the one before writes.</param>
/// <param name="Fingerprint">128-bit hash of everything that decides the meaning of stored state.</param>
public sealed record JobPlan(
    string Name, bool ExactlyOnce, int CommitEveryMs, int CommitRecords, int SnapshotEveryMs, long SnapshotRecords, long AlignmentMs,
    int? Slots, string DeadLetterTopic, IReadOnlyList<StagePlan> Stages, UInt128 Fingerprint)
{
    /// <summary>Warm copies of each slot's state beside its owner, where a cluster keeps them: 0 or 1.</summary>
    public int Standby { get; init; }

    /// <summary>
    /// Partitions whose records may be gone that the job has not read yet: it goes on without them, and the journal tells. Without it a slot with such a partition stops with words.
    /// </summary>
    public IReadOnlySet<TopicPartition> AcceptedLosses { get; init; } = new HashSet<TopicPartition>();

    /// <summary>
    /// How often the job went on under a new journal, from 1: after a change of its slots, or from a savepoint. Journal and internal topics of each generation are its own.
    /// </summary>
    public int Generation { get; private init; } = 1;

    /// <summary>Topic of the journal: one partition per slot.</summary>
    public string JournalTopic => InGeneration($"{Name}.journal", Generation);

    /// <summary>Topics that the job writes for others to read: sinks, late rows and dead letters.</summary>
    public IReadOnlyList<string> OutputTopics => [DeadLetterTopic, .. ResultTopics];

    /// <summary>Those without the dead letters.</summary>
    public IReadOnlyList<string> ResultTopics => [.. StepOutputs.Where(o => o.Stream is null).Select(o => o.Topic).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// The job's own topics whose committed records go on to streams, in step order. The same in every generation: what one has written and not passed on, the next passes on.
    /// </summary>
    public IReadOnlyList<OutboxPlan> Outboxes =>
        [.. StepOutputs.Where(o => o.Stream is not null).Select(o => new OutboxPlan(o.Topic, o.Stream!)).Distinct()];

    private IEnumerable<StepOutput> StepOutputs => Stages.SelectMany(s => s.Steps).SelectMany(s => s.Writes);

    /// <summary>The same job in a later generation. Only of the first one, which is what compiling gives.</summary>
    public JobPlan AtGeneration(int generation)
    {
        Debug.Assert(Generation == 1 && generation >= 1, "topics are named from the first generation's");
        return this with
        {
            Generation = generation,
            Stages =
            [
                .. Stages.Select(stage => stage with
                {
                    Input = stage.Input is ExchangeInput exchange ? exchange with { Topic = InGeneration(exchange.Topic, generation) } : stage.Input,
                    Steps = [.. stage.Steps.Select(s => s.WithInternalTopic(topic => InGeneration(topic, generation)))],
                }),
            ],
        };
    }

    /// <summary>The newest generation of the job that has a journal among these topics; 1 when none has.</summary>
    public int LatestGeneration(IEnumerable<string> topics)
    {
        var prefix = InGeneration($"{Name}.journal", 1) + ".";
        return topics.Where(t => t.StartsWith(prefix, StringComparison.Ordinal))
            .Select(t => int.TryParse(t.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 1)
            .Append(1).Max();
    }

    private static string InGeneration(string topic, int generation) => generation == 1 ? topic : string.Create(CultureInfo.InvariantCulture, $"{topic}.{generation}");
}

/// <summary>A topic of the job's own, as many partitions as its source; slot s of n passes on partition p where p mod n = s.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Target">Where its records go.</param>
public sealed record OutboxPlan(string Topic, StreamTarget Target);

/// <summary>A run of operators between two topics.</summary>
/// <param name="Index">Position in the job.</param>
/// <param name="Name">Name for people: the source's or the key's.</param>
/// <param name="Input">Where rows come from.</param>
/// <param name="Layout">Columns of the stage's rows at its input; columns that steps compute are part of it from the start, in step order.</param>
/// <param name="Steps">In order; a window step starts a new layout, an exchange step ends the stage.</param>
public sealed record StagePlan(int Index, string Name, StageInput Input, RowLayout Layout, IReadOnlyList<StepPlan> Steps)
{
    /// <summary>The steps, each with the columns of the rows that enter it.</summary>
    public IEnumerable<(StepPlan Step, RowLayout Rows)> Walk()
    {
        var rows = Layout;
        foreach (var step in Steps)
        {
            yield return (step, rows);
            rows = step.Output(rows);
        }
    }
}

/// <summary>Where a stage's rows come from.</summary>
public abstract record StageInput(string Topic)
{
    /// <summary>
    /// Hash of what decides places and times of the stage: of a source its topic, format and event time, behind a re-key what the key is computed from. Where it is equal, another spec can
    /// go on from there.
    /// </summary>
    public UInt128 StateFingerprint { get; init; }
}

/// <summary>Records of a Kafka topic that others write.</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Format">How values are written.</param>
/// <param name="Fields">Decoded fields; field i fills column i of the stage's layout.</param>
/// <param name="TimeColumn">Column with the event time (a timestamp), or -1 for the record's timestamp.</param>
/// <param name="WatermarkDelayMs">The watermark is the largest event time seen less this.</param>
/// <param name="IdleAfterMs">A partition without records for this long follows the others' watermark.</param>
public sealed record SourceInput(
    string Topic, IRecordFormat Format, IReadOnlyList<SourceField> Fields, int TimeColumn, long WatermarkDelayMs, long IdleAfterMs) : StageInput(Topic)
{
    /// <summary>Whether a person has accepted that the topic is compacted although state is made of it.</summary>
    public bool MayBeCompacted { get; init; }
}

/// <summary>Column blocks that the stage before wrote.</summary>
/// <param name="Topic">Internal topic, named <c>{job}.by-{key}</c> or as the compiler made it unique.</param>
/// <param name="UpstreamStage">Index of the stage that writes it.</param>
/// <param name="Columns">Target column in this stage's layout for each column of a block.</param>
public sealed record ExchangeInput(string Topic, int UpstreamStage, IReadOnlyList<int> Columns) : StageInput(Topic);
