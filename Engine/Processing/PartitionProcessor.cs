using System.Diagnostics;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.DeadLetters;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Engine.Processing;

/// <summary>How many partitions there are, and the models: what a processor must know beside its plan.</summary>
/// <param name="InputPartitions">Partitions of each stage's input topic, by stage.</param>
/// <param name="Scorer">Opens models.</param>
public sealed record ProcessorSetup(IReadOnlyList<int> InputPartitions, OpenScorer Scorer);

/// <summary>
/// The single owner of (job, stage, partition): its time, its state, its operators. A record goes through here top to bottom:
/// read (decode, time), then the stage's operators (state, features, score, encode) into the slot's output buffer; the slot commits.
/// Owner: a <see cref="Commit.Slot"/>, on its lane's thread.
/// </summary>
public sealed partial class PartitionProcessor : IDisposable
{
    private readonly StageReader reader;
    private readonly RowBatch batch;
    private readonly List<(string Id, Operator Operator)> operators = [];
    private readonly ProcessorContext context;
    private readonly DeadLetterWriter deadLetters;
    private readonly UInt128 fingerprint;
    private Inbox? current;

    /// <summary>A processor with empty state that starts at offset 0.</summary>
    public PartitionProcessor(JobPlan job, StagePlan stage, int partition, ProcessorSetup setup, OutputBuffer output)
    {
        Id = new ProcessorId(stage.Index, partition);
        Topic = stage.Input.Topic;
        fingerprint = job.Fingerprint;
        context = new ProcessorContext(stage.Name) { Output = output };
        deadLetters = new DeadLetterWriter(job.DeadLetterTopic, job.Stages[0].Input.Topic, context);
        reader = stage.Input switch
        {
            SourceInput source => new SourceReader(source, partition, deadLetters),
            ExchangeInput input => new ExchangeReader(input, setup.InputPartitions[input.UpstreamStage]),
            _ => throw new UnreachableException(),
        };
        batch = new RowBatch(stage.Layout);
        var next = setup.InputPartitions.ElementAtOrDefault(stage.Index + 1);
        foreach (var (step, rows) in stage.Walk())
        {
            var made = step.Open(new StepSetup(rows, context, partition, next, setup.Scorer, WriteDeadLetter));
            Debug.Assert(made.StateVersion > 0 == step.State(rows) is not null, "a step that keeps state tells its version");
            if (operators.Count > 0) operators[^1].Operator.Next = made;
            operators.Add((step.Id, made));
        }
    }

    /// <summary>Which processor this is.</summary>
    public ProcessorId Id { get; }

    /// <summary>Topic that it reads.</summary>
    public string Topic { get; }

    /// <summary>Offset of the next record to take.</summary>
    public long Position { get; set; }

    /// <summary>Every record that was taken since the job first started.</summary>
    public InputTally Tally => reader.Tally;

    /// <summary>The partition's watermark; <see cref="long.MinValue"/> before the first event.</summary>
    public long Watermark => reader.Watermark;

    /// <summary>Source stages: how far event time has come, for alignment. <see cref="long.MinValue"/> before the first event.</summary>
    public long Progress => reader is SourceReader source ? source.Progress : long.MaxValue;

    /// <summary>Stages behind a re-key: the last watermark heard of each upstream partition; empty for source stages.</summary>
    public ReadOnlySpan<long> UpstreamWatermarks => reader is ExchangeReader exchange ? exchange.Upstream : [];

    /// <summary>Source stages: whether the watermark follows the other partitions', as an idle one's does.</summary>
    public bool FollowsOthers => reader is SourceReader { FollowsOthers: true };

    /// <summary>Whether outputs are written; off in replay.</summary>
    public bool Emitting
    {
        get => context.Emitting;
        set => context.Emitting = value;
    }

    /// <summary>What happened so far.</summary>
    public ProcessorCounters Counters => context.Counters;

    /// <summary>How much state there is.</summary>
    public StateSize StateSize => operators.Aggregate(default(StateSize), (sum, o) => sum + o.Operator.Size);

    /// <summary>Source stages: whether the first of <paramref name="records"/> was found to be later than <paramref name="timeLimit"/>.</summary>
    public bool Holds(Inbox records, long timeLimit) => reader is SourceReader source && records.Remaining > 0 && source.Holds(records[records.Next], timeLimit);

    /// <summary>Bytes of memory that the batch between its steps has; what a stage's end collects is small.</summary>
    public long BatchBytes => batch.Text.Capacity;

    /// <summary>
    /// Takes records below offset <paramref name="before"/>: at most <paramref name="maxRecords"/>, and no event later than <paramref name="timeLimit"/>.
    /// Returns how many; 0 when the next one must wait.
    /// </summary>
    public int Apply(Inbox records, int maxRecords, long timeLimit = long.MaxValue, long before = long.MaxValue)
    {
        batch.Clear();
        current = records;
        var taken = reader.Read(records, batch, maxRecords, timeLimit, before);
        if (taken == 0) return 0;
        Position = records[records.Next + taken - 1].Offset + 1;
        reader.Count(records, taken);
        if (context.Emitting) context.Counters.RowsIn += reader is SourceReader ? taken : batch.Count;
        Run();
        records.Consume(taken);
        current = null;
        return taken;
    }

    /// <summary>Source stages: moves the watermark of an idle partition. A journaled event, because no record carries it.</summary>
    public void AdvanceIdle(long watermark)
    {
        ((SourceReader)reader).Advance(watermark);
        batch.Clear();
        batch.WatermarkAfter = reader.Watermark;
        Run();
    }

    /// <summary>Repeats an event of the journal.</summary>
    public void Repeat(in JournalEvent happened)
    {
        switch (happened.Kind)
        {
            case JournalEventKind.Drain: Drain(); break;
            case JournalEventKind.IdleAdvance: AdvanceIdle(happened.Watermark); break;
            case JournalEventKind.LossAccepted: Position = Math.Max(Position, happened.Watermark); break;
            default: throw new JobFailed($"the journal has an event of kind {(byte)happened.Kind}, which this program does not know: run the version that wrote it");
        }
    }

    /// <summary>The input has ended for now: everything that waits for more of it comes out. A journaled event.</summary>
    public void Drain()
    {
        if (operators.Count > 0) operators[0].Operator.Drain();
    }

    /// <summary>Writes what steps still collect into the output buffer; comes before every commit.</summary>
    public void Flush()
    {
        foreach (var (_, step) in operators) step.Flush();
    }

    /// <summary>Gives back what the batch has above <paramref name="keep"/> bytes; nothing in it is in use between two calls.</summary>
    public void ReleaseBatch(int keep)
    {
        if (batch.Text.Capacity <= keep) return;
        batch.Clear();
        batch.Text.Release(keep);
    }

    /// <summary>Where outputs go from now on.</summary>
    public void SetOutput(OutputBuffer output) => context.Output = output;

    /// <summary>What the steps keep for the key that reads <paramref name="key"/>; empty for a key without state. Changes nothing.</summary>
    public IReadOnlyList<StepState> Find(string key)
    {
        var found = new List<StepState>();
        var watermark = Watermark;
        foreach (var (id, step) in operators)
        {
            if (step.Find(key, watermark) is { } state) found.Add(state with { Step = id });
            watermark = step.PassedOn(watermark);
        }
        return found;
    }

    /// <summary>Freezes the state as of now under a commit's sequence number. Cheap; the image is written elsewhere.</summary>
    public ProcessorImage Share(long sequence) =>
        new(new SnapshotHeader(fingerprint, Id, sequence, Position), reader, [.. Stateful.Select(o => StateFrame.Of(o.Id, o.Operator))]);

    /// <summary>Replaces state and position with a snapshot's, and tells what it is of. After <see cref="SnapshotDamaged"/> the processor must not be used.</summary>
    public SnapshotHeader Restore(Stream snapshot, long length)
    {
        var header = SnapshotFile.Read(snapshot, length, fingerprint, Id, content =>
        {
            reader.Restore(content);
            foreach (var (id, step) in Stateful) StateFrame.Restore(content, id, step);
        });
        Position = header.Position;
        return header;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, step) in operators) step.Close();
    }

    private IEnumerable<(string Id, Operator Operator)> Stateful => operators.Where(o => o.Operator.StateVersion > 0);

    private void Run()
    {
        if (operators.Count > 0) operators[0].Operator.Process(batch);
    }

    private void WriteDeadLetter(RowBatch rows, int row, int columns, string reason)
    {
        if (reader is SourceReader && current?.Find(rows.OriginOffset[row]) is { } record) deadLetters.Write(current, record, Id.Partition, reason);
        else deadLetters.Write(rows, row, columns, reason);
    }
}
