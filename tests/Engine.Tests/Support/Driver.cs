using System.Globalization;
using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Processing;

namespace StreamGrains.Engine.Tests.Support;

/// <summary>Drives one processor through a list of happenings, and keeps what it committed as text, per topic.</summary>
internal sealed class Driver : IDisposable
{
    private readonly JobPlan job;
    private readonly int stage, partition;
    private readonly ProcessorSetup setup;
    private OutputBuffer output = new();

    public Driver(JobPlan job, int stage, int partition, ProcessorSetup setup)
    {
        (this.job, this.stage, this.partition, this.setup) = (job, stage, partition, setup);
        Processor = Fresh();
    }

    public PartitionProcessor Processor { get; private set; }

    /// <summary>Committed outputs by topic; of an internal topic its rows, by partition.</summary>
    public SortedDictionary<string, List<string>> Outputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Committed blocks by partition.</summary>
    public SortedDictionary<int, List<byte[]>> Blocks { get; } = [];

    /// <summary>All outputs as lines.</summary>
    public IEnumerable<string> Lines => Outputs.SelectMany(o => o.Value.Select(line => $"{o.Key}: {line}"));

    /// <summary>Lets happenings <paramref name="from"/> to <paramref name="to"/> - 1 happen, the records in batches of the given sizes.</summary>
    public void Run(IReadOnlyList<Happening> all, int from, int to, Func<int> batchSize) => Run(Processor, all, from, to, batchSize);

    public void Commit()
    {
        Processor.Flush();
        foreach (var record in output.Records) Keep(record);
        Processor.SetOutput(output = new OutputBuffer());
    }

    /// <summary>The bytes of a snapshot taken now.</summary>
    public byte[] State() => Bytes(Processor);

    /// <summary>
    /// Takes a snapshot at <paramref name="at"/>, goes on to <paramref name="to"/> before it is written, then recovers another processor from it by replay with
    /// other batches; from there on that one is used. Returns both states.
    /// </summary>
    public (byte[] Live, byte[] Replayed) Recover(IReadOnlyList<Happening> all, int at, int to, Func<int> batchSize)
    {
        var image = Processor.Share(1);
        Run(Processor, all, at, to, batchSize);
        Commit();
        var file = new MemoryStream();
        image.WriteTo(file);
        image.Release();
        var live = Bytes(Processor);

        file.Position = 0;
        var recovered = Fresh();
        recovered.Restore(file, file.Length);
        recovered.Emitting = false;
        Run(recovered, all, at, to, batchSize);
        recovered.Emitting = true;
        Processor.Dispose();
        Processor = recovered;
        return (live, Bytes(recovered));
    }

    public void Dispose() => Processor.Dispose();

    private static void Run(PartitionProcessor processor, IReadOnlyList<Happening> all, int from, int to, Func<int> batchSize)
    {
        var inbox = new Inbox();
        for (var at = from; at < to; at++)
        {
            if (all[at].Record is { } value)
            {
                inbox.Add(new RawRecord(at, 0, OutputBuffer.Null, inbox.Bytes.Append(value), default));
                if (at + 1 < to && all[at + 1].Record is not null) continue;
                while (inbox.Remaining > 0) processor.Apply(inbox, batchSize());
                inbox.Reclaim();
                continue;
            }
            processor.Position = at;
            if (all[at].Drain) processor.Drain();
            else processor.AdvanceIdle(all[at].IdleTo);
        }
        processor.Position = to;
    }

    private static byte[] Bytes(PartitionProcessor processor)
    {
        var image = processor.Share(9);
        var file = new MemoryStream();
        image.WriteTo(file);
        image.Release();
        return file.ToArray();
    }

    private PartitionProcessor Fresh() => new(job, job.Stages[stage], partition, setup, output);

    private void Keep(OutputRecord record)
    {
        var topic = output.TopicName(record.Topic);
        var place = topic == Plans.Internal ? $"{topic}[{record.Partition}]" : topic;
        if (!Outputs.TryGetValue(place, out var lines)) Outputs[place] = lines = [];
        if (topic != Plans.Internal)
        {
            var headers = record.Headers.Length == 0 ? "" : Encoding.UTF8.GetString(output.Bytes[record.Headers]);
            lines.Add($"{Text(record.Key)}@{record.Timestamp} {Text(record.Value)} {headers}");
            return;
        }
        var block = output.Bytes[record.Value].ToArray();
        if (!Blocks.TryGetValue(record.Partition, out var blocks)) Blocks[record.Partition] = blocks = [];
        blocks.Add(block);
        var next = job.Stages[stage + 1];
        var rows = new RowBatch(next.Layout);
        Assert.True(BlockReader.TryRead(block, rows, ((ExchangeInput)next.Input).Columns, out _));
        for (var row = 0; row < rows.Count; row++) lines.Add($"{rows.Time[row]} {rows.OriginPartition[row]}/{rows.OriginOffset[row]} {First(rows, row)}");
    }

    private static string First(RowBatch rows, int row) => rows.Columns[0].Type == ColumnType.Long
        ? rows.Columns[0].Longs[row].ToString(CultureInfo.InvariantCulture)
        : Encoding.UTF8.GetString(rows.Text[rows.Columns[0].Texts[row]]);

    private string Text(ByteSlice slice) => slice.Length < 0 ? "null" : Encoding.UTF8.GetString(output.Bytes[slice]);
}
