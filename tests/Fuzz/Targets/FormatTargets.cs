using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Snapshots;

namespace StreamGrains.Fuzz;

/// <summary>One of our own formats that ends with a CRC-32C: seven of eight altered inputs get the right one.</summary>
internal abstract class SealedTarget : Target
{
    private int count;

    public override byte[] Seal(byte[] bytes)
    {
        if (bytes.Length < 4 || count++ % 8 == 0) return bytes;
        var sealedBytes = (byte[])bytes.Clone();
        BitConverter.TryWriteBytes(sealedBytes.AsSpan(bytes.Length - 4), Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)));
        return sealedBytes;
    }
}

internal sealed class JournalTarget : SealedTarget
{
    public override string Name => "journal";

    public override IReadOnlyList<byte[]> Samples { get; } =
    [
        JournalCodec.Encode(new JournalRecord("", 1, Guid.Empty, 7, 0, 1, false, [], [])),
        JournalCodec.Encode(new JournalRecord(
            "job", long.MaxValue, new Guid(1, 2, 3, new byte[8]), UInt128.MaxValue, 3, 8, true,
            [new(new(1, 2), 0, 99, -5, [new(41, 90, "job/1-2/000000000041-abc"), new(7, 3, "é")]), new(new(0, 2), 1, 2, long.MinValue, [])],
            [new(new(0, 2), 12, JournalEventKind.IdleAdvance, 1_700_000_000_000), new(new(1, 2), 99, JournalEventKind.Drain, 0)])),
    ];

    public override bool Read(byte[] input)
    {
        var good = JournalCodec.TryDecode(input, out var record, out var reason);
        Check(good == (record is not null) && good == (reason.Length == 0), "a record or a reason");
        return good;
    }
}

internal sealed class SnapshotTarget : SealedTarget
{
    private static readonly (JobPlan Job, byte[] Snapshot)[] Jobs = [.. SampleJobs.Specs.Select(SampleJobs.Run)];
    private int count;

    public override string Name => "snapshot";

    public override IReadOnlyList<byte[]> Samples { get; } = [.. Jobs.Select(j => j.Snapshot)];

    public override (long Base, long PerByte) Memory => (4 << 20, 64);

    public override bool Read(byte[] input)
    {
        // Most go to the job that they were made from: the fingerprint in them tells.
        var job = Jobs.FirstOrDefault(j => input.AsSpan().StartsWith(j.Snapshot.AsSpan(0, 24))).Job ?? Jobs[count++ % Jobs.Length].Job;
        using var processor = SampleJobs.Processor(job);
        try
        {
            processor.Restore(new MemoryStream(input), input.Length);
            return true;
        }
        catch (SnapshotDamaged damaged)
        {
            Check(damaged.Message.Length > 0, "a refusal has a reason");
            return false;
        }
    }
}

internal sealed class BlockTarget : Target
{
    private static readonly int[] Columns = [0, 1, 2, 3];

    private static readonly RowLayout Layout = new([new("id", ColumnType.Long), new("amount", ColumnType.Double, true), new("ok", ColumnType.Bool, true), new("name", ColumnType.String, true)]);

    public override string Name => "block";

    public override IReadOnlyList<byte[]> Samples { get; } = [Block(0), Block(1), Block(40)];

    public override bool Read(byte[] input)
    {
        var rows = new RowBatch(Layout);
        if (!BlockReader.TryRead(input, rows, Columns, out _)) return false;
        for (var row = 0; row < rows.Count; row++) Check(rows.Text[rows.Columns[3].Texts[row]].Length >= 0, "a text lies in the batch");
        return true;
    }

    private static byte[] Block(int rows)
    {
        var batch = new RowBatch(Layout);
        batch.EnsureCapacity(rows);
        for (; batch.Count < rows; batch.Count++)
        {
            var row = batch.Count;
            batch.Columns[0].Longs[row] = row * 7919L;
            batch.Columns[1].Doubles[row] = row / 3.0;
            batch.Columns[2].SetNull(row);
            batch.Columns[3].Texts[row] = batch.Text.Append([(byte)('a' + row % 26), .. "bc"u8]);
            batch.Time[row] = 1_700_000_000_000 + row;
        }
        var arena = new ByteArena();
        return arena[BlockWriter.Write(batch, 3, 1_700_000_000_000, arena)].ToArray();
    }
}
