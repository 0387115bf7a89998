using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.DeadLetters;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.State;
using StreamGrains.Engine.Tests.Processing;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Formats;

/// <summary>The bytes that docs/formats.md draws. A change here is a new version of the format, with a reader for the old one.</summary>
public class GoldenBytesTests
{
    public static JournalRecord Journal { get; } = new(
        "jöb", 258, new Guid("00112233-4455-6677-8899-aabbccddeeff"), new UInt128(0x0102030405060708, 0x090A0B0C0D0E0F10), 3, 8, true,
        [
            new ProcessorMark(new ProcessorId(1, 2), 5, 600, -7, [new NamedSnapshot(250, 590, "job/1-2/é")])
            {
                Tally = new InputTally(595, 0x1122334455667788), Counts = new ProcessorCounts(1, 2, 3, 4, 5, 6, 7, 8), Topic = new Guid("ffeeddcc-bbaa-9988-7766-554433221100"),
            },
        ],
        [new JournalEvent(new ProcessorId(0, 2), 599, JournalEventKind.IdleAdvance, 1000), new JournalEvent(new ProcessorId(1, 2), 600, JournalEventKind.Drain, -1)])
    {
        Cluster = "c1",
    };

    [Fact]
    public void Journal_record() => Assert.Equal(
        "4A 02 01 0201000000000000 00112233445566778899AABBCCDDEEFF 100F0E0D0C0B0A090807060504030201 03000000 08000000 04000000 6AC3B662 02000000 6331 "
        + "01000000 01000000 02000000 0500000000000000 5802000000000000 F9FFFFFFFFFFFFFF 5302000000000000 8877665544332211 "
        + "0100000000000000 0200000000000000 0300000000000000 0400000000000000 0500000000000000 0600000000000000 0700000000000000 0800000000000000 "
        + "FFEEDDCCBBAA99887766554433221100 01 FA00000000000000 4E02000000000000 0A000000 6A6F622F312D322FC3A9 "
        + "02000000 00000000 02000000 5702000000000000 01 E803000000000000 01000000 02000000 5802000000000000 02 FFFFFFFFFFFFFFFF "
        + "CRC",
        Split(JournalCodec.Encode(Journal), 1, 1, 1, 8, 16, 16, 4, 4, 4, 4, 4, 2, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 16, 1, 8, 8, 4, 10, 4, 4, 4, 8, 1, 8, 4, 4, 8, 1, 8));

    [Fact]
    public void Column_block()
    {
        var arena = new ByteArena();
        var slice = BlockWriter.Write(Block(), 3, 1_000_000, arena);
        Assert.Equal(
            "42 01 06 80897A 0A 04 "         // magic, version, partition 3, watermark 1000000, 5 columns, 2 rows
            + "D00F C801 00 02 C201 13 "       // times 1000 1100, origin partitions 0 1, origin offsets 97 87
            + "01 00 54 53 "                   // long 42 0
            + "02 01 0001 000000000000F83F 0000000000000000 " // double 1.5 null
            + "03 00 0100 "                    // bool true false
            + "04 00 04 00 C3A9 "              // text é and the empty one
            + "05 00 02 02",                   // timestamp 1 2
            Split(arena[slice].ToArray(), 1, 1, 1, 3, 1, 1, 2, 2, 1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 2, 8, 8, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1));
    }

    [Fact]
    public void Column_block_without_rows()
    {
        var arena = new ByteArena();
        var slice = BlockWriter.Write(new RowBatch(Block().Layout), 0, long.MinValue, arena);
        Assert.Equal("42 01 00 FFFFFFFFFFFFFFFFFF01 0A 00", Split(arena[slice].ToArray(), 1, 1, 1, 10, 1, 1));
    }

    [Fact]
    public void Record_headers()
    {
        var arena = new ByteArena();
        HeaderCodec.Append(arena, "k"u8, "vw"u8);
        HeaderCodec.Append(arena, "n"u8, default, isNull: true);
        Assert.Equal("01000000 6B 02000000 7677 01000000 6E FFFFFFFF", Split(arena.Written.ToArray(), 4, 1, 4, 2, 4, 1, 4));
    }

    [Fact]
    public void Names_of_dead_letter_headers() => Assert.Equal(
        ["__streams.errors.reason", "__streams.errors.stage", "__streams.errors.topic", "__streams.errors.partition", "__streams.errors.offset"],
        [DeadLetterHeaders.Reason, DeadLetterHeaders.Stage, DeadLetterHeaders.Topic, DeadLetterHeaders.Partition, DeadLetterHeaders.Offset]);

    [Fact]
    public void Row_that_waits()
    {
        var block = Block();
        var bytes = new byte[RowCodec.Size(block, 1, 4)];
        RowCodec.Write(block, 1, 4, bytes);
        Assert.Equal(
            "4C04000000000000 0900000000000000 01000000 5700000000000000 02 0000000000000000 0000000000000000 0000000000000000 00000000",
            Split(bytes, 8, 8, 4, 8, 1, 8, 8, 8, 4));
    }

    [Fact]
    public void Byte_queue()
    {
        var queue = new ByteQueue();
        "abc"u8.CopyTo(queue.Enqueue(3));
        queue.Enqueue(0);
        Assert.Equal("02000000 03000000 616263 00000000", Split(Bytes(queue.Share()), 4, 4, 3, 4));
    }

    [Fact]
    public void Paged_array_is_its_high_water_its_free_list_and_its_records()
    {
        var array = new PagedArray<long>(512);
        for (var i = 0; i < 3; i++) array.Write(array.Allocate())[0] = i + 1;
        array.Free(1);
        var bytes = Bytes(array.Share());
        Assert.Equal(8 + 3 * 4096, bytes.Length);
        Assert.Equal("03000000 01000000 0100000000000000", Split(bytes[..16], 4, 4, 8));
        Assert.Equal("FFFFFFFF 00000000", Split(bytes[(8 + 4096)..(16 + 4096)], 4, 4));
        Assert.Equal("0300000000000000", Split(bytes[(8 + 8192)..(16 + 8192)], 8));
    }

    [Fact]
    public void Key_table_slot()
    {
        var table = new KeyTable<long>(textKeys: false);
        table.Write(table.FindOrAdd(42, out _)) = 7;
        var images = table.Share().Select(Bytes).ToList();
        Assert.Equal(2, images.Count);
        Assert.Equal("10000000 FFFFFFFF", Split(images[0][..8], 4, 4));
        Assert.Equal("01000000 FFFFFFFF FFFFFFFF 01000000 HASH 2A00000000000000 0700000000000000", Split(images[1][..40], 4, 4, 4, 4, 8, 8, 8)
            .Replace(Convert.ToHexString(BitConverter.GetBytes(KeyHash.Of(42))), "HASH", StringComparison.Ordinal));
    }

    [Fact]
    public void Key_hashes_are_for_ever()
    {
        Assert.Equal(0xE220A8397B1DCDAFUL, KeyHash.Of(0));
        Assert.Equal(0xBDD732262FEB6E95UL, KeyHash.Of(42));
        Assert.Equal(
            ["E220A8397B1DCDAF", "2D78E8B9087F19E4", "74F37BA30E7C38C6"],
            new[] { KeyHash.Of(""u8), KeyHash.Of("é"u8), KeyHash.Of("a longer key"u8) }.Select(h => h.ToString("X16", null)));
    }

    [Fact]
    public void Snapshot_header_and_the_source_readers_part()
    {
        using var driver = new Driver(BatchCutTests.Job("tumbling", false), 0, 0, Plans.Setup(1));
        driver.Run([new Happening(new Event(1, 9_000, "1", 1, null).Json(false))], 0, 1, () => 1);
        Assert.Equal(
            "53475354415445 04 4D000000000000000000000000000000 00000000 00000000 0900000000000000 0100000000000000 0100000000000000 5B20155BD60E0F4F A00F000000000000 2823000000000000",
            Split(driver.State()[..80], 7, 1, 16, 4, 4, 8, 8, 8, 8, 8, 8));
    }

    [Theory]
    [InlineData("tumbling", false, "1163 D176C958")]
    [InlineData("hopping", true, "4363 E4B2A4B1")]
    [InlineData("delayed", false, "7107 353D5812")]
    [InlineData("delayed", true, "7472 9C281281")]
    public void Whole_snapshot(string shape, bool textKeys, string lengthAndChecksum)
    {
        using var driver = new Driver(BatchCutTests.Job(shape, textKeys), 0, 0, Plans.Setup(1));
        driver.Run(All(textKeys), 0, All(textKeys).Count, () => 50);
        var state = driver.State();
        Assert.Equal(lengthAndChecksum, $"{state.Length} {BitConverter.ToUInt32(state.AsSpan(^4..)):X8}");
    }

    [Fact]
    public void A_tally_is_the_number_of_records_and_a_sum_of_hashes_of_their_offset_time_and_lengths()
    {
        var tally = default(InputTally).With(new RawRecord(7, 1_700_000_000_000, new ByteSlice(0, 3), new ByteSlice(3, 250), default)).With(new RawRecord(9, -1, OutputBuffer.Null, OutputBuffer.Null, default));
        Assert.Equal("2 0D3C8726F5B31C8C", $"{tally.Count} {tally.Hash:X16}");
    }

    [Fact]
    public void Checksum_is_crc_32c() => Assert.Equal(0xE3069283u, Crc32C.Of("123456789"u8));

    /// <summary>Two rows of every type; the first double is there, the second is null.</summary>
    internal static RowBatch Block()
    {
        ColumnType[] types = [ColumnType.Long, ColumnType.Double, ColumnType.Bool, ColumnType.String, ColumnType.Timestamp];
        var rows = new RowBatch(new RowLayout([.. types.Select((t, i) => new ColumnDef($"c{i}", t, true))]));
        rows.EnsureCapacity(2);
        rows.Count = 2;
        (rows.Time[0], rows.Time[1]) = (1000, 1100);
        (rows.Watermark[0], rows.Watermark[1]) = (8, 9);
        (rows.OriginPartition[0], rows.OriginPartition[1]) = (0, 1);
        (rows.OriginOffset[0], rows.OriginOffset[1]) = (97, 87);
        (rows.Columns[0].Longs[0], rows.Columns[0].Longs[1]) = (42, 0);
        rows.Columns[1].Doubles[0] = 1.5;
        rows.Columns[1].SetNull(1);
        rows.Columns[2].Longs[0] = 1;
        rows.Columns[3].Texts[0] = rows.Text.Append("é");
        (rows.Columns[4].Longs[0], rows.Columns[4].Longs[1]) = (1, 2);
        return rows;
    }

    private static IReadOnlyList<Happening> All(bool textKeys) => Streams.Happenings(new Random(1), Streams.Events(new Random(1), 200, late: 0.1), textKeys, between: true);

    private static byte[] Bytes(PagedImage image)
    {
        var stream = new MemoryStream();
        image.WriteTo(new SnapshotWriter(stream));
        image.Release();
        return stream.ToArray();
    }

    /// <summary>Hex in groups of the given lengths; four bytes behind them are a checksum, which is checked.</summary>
    private static string Split(byte[] bytes, params int[] lengths)
    {
        var text = new StringBuilder();
        var at = 0;
        foreach (var length in lengths)
        {
            text.Append(Convert.ToHexString(bytes, at, length)).Append(' ');
            at += length;
        }
        if (at == bytes.Length) return text.ToString(0, text.Length - 1);
        Assert.Equal(at + 4, bytes.Length);
        Assert.Equal(Crc32C.Of(bytes.AsSpan(0, at)), BitConverter.ToUInt32(bytes, at));
        return text.Append("CRC").ToString();
    }
}
