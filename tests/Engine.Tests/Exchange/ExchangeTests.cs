using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.State;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Engine.Steps;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Exchange;

public class ExchangeTests
{
    private static readonly RowLayout Layout = new(
    [
        new("key", ColumnType.String), new("a", ColumnType.Long, true), new("b", ColumnType.Double, true), new("c", ColumnType.Bool, true), new("d", ColumnType.String, true),
        new("e", ColumnType.Timestamp, true),
    ]);

    private readonly ProcessorContext context = new("s") { Output = new OutputBuffer() };

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Every_row_arrives_once_in_order_in_the_partition_of_its_key(int seed)
    {
        var random = new Random(seed);
        var exchange = Make(4);
        var sent = new List<List<string>>();
        for (var p = 0; p < 4; p++) sent.Add([]);
        var batch = new RowBatch(Layout);
        for (var round = 0; round < 30; round++)
        {
            batch.Clear();
            for (var rows = random.Next(2000); rows > 0; rows--) AddRandom(batch, random);
            batch.WatermarkAfter = round * 10;
            for (var row = 0; row < batch.Count; row++)
                sent[(int)(KeyHash.Of(batch.Text[batch.Columns[0].Texts[row]]) % 4)].Add(Line(batch, row));
            exchange.Process(batch);
            if (random.Next(3) == 0) exchange.Flush();
        }
        exchange.Flush();

        var arrived = Enumerable.Range(0, 4).Select(_ => new List<string>()).ToList();
        foreach (var record in context.Output.Records)
        {
            var rows = new RowBatch(Layout);
            Assert.True(BlockReader.TryRead(context.Output.Bytes[record.Value], rows, [0, 1, 2, 3, 4, 5], out var header));
            Assert.Equal(7, header.UpstreamPartition);
            Assert.InRange(rows.Count, 0, 8192);
            for (var row = 0; row < rows.Count; row++) arrived[record.Partition].Add(Line(rows, row));
        }
        Assert.Equal(sent, arrived);
    }

    [Fact]
    public void Every_partition_hears_of_the_watermark_once_per_interval_in_which_it_moved()
    {
        var exchange = Make(3);
        exchange.Flush();
        Assert.Empty(context.Output.Records);

        var batch = new RowBatch(Layout) { WatermarkAfter = 100 };
        exchange.Process(batch);
        exchange.Flush();
        exchange.Flush();
        Assert.Equal([(0, 100L), (1, 100), (2, 100)], context.Output.Records.Select(r => (r.Partition, HeaderOf(r).Watermark)));
    }

    [Fact]
    public void After_replay_every_partition_hears_of_the_watermark_again()
    {
        var exchange = Make(2);
        context.Emitting = false;
        exchange.Process(new RowBatch(Layout) { WatermarkAfter = 100 });
        exchange.Flush();
        Assert.Empty(context.Output.Records);
        context.Emitting = true;
        exchange.Flush();
        Assert.Equal(2, context.Output.Records.Count);
    }

    [Fact]
    public void The_watermark_downstream_is_the_smallest_of_all_upstream_partitions_and_moves_between_blocks()
    {
        var (rolling, columns) = Plans.Rolling(delayed: false);
        var job = Plans.Job(Plans.Source(false, [], Plans.Exchange()), Plans.Keyed(false, columns, rolling));
        using var driver = new Driver(job, 1, 0, Plans.Setup(2, 1));
        foreach (var (from, watermark, expected) in ((int, long, long)[])[(0, 500, long.MinValue), (1, 300, 300), (0, 400, 300), (1, 900, 500), (1, 100, 500)])
        {
            var arena = new ByteArena();
            var block = arena[BlockWriter.Write(new RowBatch(new RowLayout([.. job.Stages[1].Layout.Columns.Take(5)])), from, watermark, arena)].ToArray();
            driver.Run([new Happening(block)], 0, 1, () => 1);
            Assert.Equal(expected, driver.Processor.Watermark);
        }
    }

    [Fact]
    public void A_record_that_is_no_block_of_the_job_stops_it_with_words()
    {
        using var driver = new Driver(Plans.Job(Plans.Source(false, []), Plans.Keyed(false, [])), 1, 0, Plans.Setup(2, 1));
        var refusal = Assert.Throws<JobFailed>(() => driver.Run([new Happening("hello"u8.ToArray())], 0, 1, () => 1));
        Assert.Equal(
            "offset 0 of internal topic 'internal' is not a column block of this job. Something else wrote to the topic, or the job was changed: reset the job.", refusal.Message);
    }

    [Theory, InlineData(0, "00"), InlineData(-1, "01"), InlineData(63, "7E"), InlineData(64, "8001"), InlineData(long.MaxValue, "FEFFFFFFFFFFFFFFFF01"), InlineData(long.MinValue, "FFFFFFFFFFFFFFFFFF01")]
    public void Varints_read_back(long value, string hex)
    {
        var bytes = new byte[Varint.MaxBytes];
        var length = Varint.Write(bytes, value);
        Assert.Equal(hex, Convert.ToHexString(bytes, 0, length));
        ReadOnlySpan<byte> source = bytes.AsSpan(0, length);
        Assert.True(Varint.TryRead(ref source, out var read) && source.IsEmpty);
        Assert.Equal(value, read);
        source = bytes.AsSpan(0, length - 1);
        Assert.False(Varint.TryRead(ref source, out _));
    }

    private ExchangeOperator Make(int targets)
    {
        var at = new StepSetup(Layout, context, 7, targets, (_, _, _) => throw new InvalidOperationException("no models here"), (_, _, _, reason) => throw new InvalidOperationException(reason));
        return new ExchangeOperator(new ExchangePlan("x", "internal", 0, [0, 1, 2, 3, 4, 5]), at);
    }

    private BlockHeader HeaderOf(OutputRecord record)
    {
        Assert.True(BlockReader.TryRead(context.Output.Bytes[record.Value], new RowBatch(Layout), [0, 1, 2, 3, 4, 5], out var header));
        return header;
    }

    private static void AddRandom(RowBatch batch, Random random)
    {
        var row = batch.Count;
        batch.EnsureCapacity(row + 1);
        batch.Time[row] = random.NextInt64(long.MinValue, long.MaxValue);
        batch.OriginPartition[row] = random.Next(-1, 100);
        batch.OriginOffset[row] = random.NextInt64();
        for (var c = 0; c < batch.Columns.Length; c++)
        {
            var column = batch.Columns[c];
            if (c > 0 && random.Next(4) == 0)
            {
                column.SetNull(row);
                continue;
            }
            column.SetZero(row);
            switch (column.Type)
            {
                case ColumnType.Double: column.Doubles[row] = random.NextDouble(); break;
                case ColumnType.Bool: column.Longs[row] = random.Next(2); break;
                case ColumnType.String: column.Texts[row] = batch.Text.Append(new string('é', random.Next(5)) + random.Next(50)); break;
                default: column.Longs[row] = random.NextInt64(long.MinValue, long.MaxValue); break;
            }
        }
        batch.Count = row + 1;
    }

    private static string Line(RowBatch batch, int row) =>
        $"{batch.Time[row]} {batch.OriginPartition[row]}/{batch.OriginOffset[row]} " + string.Join(' ', batch.Columns.Select(c => c.IsNull(row) ? "null" : c.Type switch
        {
            ColumnType.Double => c.Doubles[row].ToString("R", null),
            ColumnType.String => Convert.ToHexString(batch.Text[c.Texts[row]]),
            _ => c.Longs[row].ToString("D", null),
        }));
}
