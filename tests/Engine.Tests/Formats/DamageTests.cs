using System.Text;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Engine.Tests.Processing;
using StreamGrains.Engine.Tests.Support;

namespace StreamGrains.Engine.Tests.Formats;

/// <summary>Whatever happened to its bytes, a reader says no, in its own way, and takes no more memory than the bytes can ask for.</summary>
public class DamageTests
{
    private static readonly int[] BlockColumns = [0, 1, 2, 3, 4];

    [Fact]
    public void A_journal_record_that_is_cut_or_has_a_bit_flipped_is_refused_with_a_reason()
    {
        var good = JournalCodec.Encode(GoldenBytesTests.Journal);
        for (var length = 0; length < good.Length; length++) Refused(good[..length]);
        Refused([.. good, 0]);
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bad = (byte[])good.Clone();
            bad[bit / 8] ^= (byte)(1 << bit % 8);
            Refused(bad);
        }
        var newer = (byte[])good.Clone();
        newer[1] = 3;
        JournalCodec.TryDecode(newer, out _, out var reason);
        Assert.Equal("its version is 3, this program reads version 2", reason);

        static void Refused(byte[] bytes)
        {
            Assert.False(JournalCodec.TryDecode(bytes, out var record, out var reason));
            Assert.Null(record);
            Assert.NotEqual("", reason);
        }
    }

    [Fact]
    public void A_good_journal_record_reads_back()
    {
        Assert.True(JournalCodec.TryDecode(JournalCodec.Encode(GoldenBytesTests.Journal), out var read, out _));
        Assert.Equal(JournalCodec.Encode(GoldenBytesTests.Journal), JournalCodec.Encode(read!));
        Assert.Equal("job/1-2/é", read!.Processors[0].Snapshots[0].Name);
    }

    [Fact]
    public void Five_thousand_altered_journal_records_with_a_right_checksum_neither_throw_nor_take_memory()
    {
        var good = JournalCodec.Encode(GoldenBytesTests.Journal);
        for (var seed = 0; seed < 5000; seed++)
        {
            var bad = Seal(Mutate(new Random(seed), good, 3));
            Bounded(1 << 20, seed, () => JournalCodec.TryDecode(bad, out _, out _));
        }
    }

    [Fact]
    public void Twenty_thousand_altered_blocks_neither_throw_nor_take_memory()
    {
        var arena = new ByteArena();
        var good = arena[BlockWriter.Write(GoldenBytesTests.Block(), 3, 1_000_000, arena)].ToArray();
        var accepted = 0;
        for (var seed = 0; seed < 20_000; seed++)
        {
            var bad = Mutate(new Random(seed), good, 0);
            var rows = new RowBatch(GoldenBytesTests.Block().Layout);
            Bounded(1 << 20, seed, () => accepted += BlockReader.TryRead(bad, rows, BlockColumns, out _) ? 1 : 0);
            // What is accepted can be used: every text lies in the arena.
            for (var row = 0; row < rows.Count; row++) Assert.True(rows.Text[rows.Columns[3].Texts[row]].Length >= 0);
        }
        Assert.InRange(accepted, 1, 19_999);
    }

    [Fact]
    public void A_block_that_is_cut_of_another_width_or_of_another_partition_than_there_can_be_is_refused()
    {
        var arena = new ByteArena();
        var good = arena[BlockWriter.Write(GoldenBytesTests.Block(), 3, 1_000_000, arena)].ToArray();
        for (var length = 0; length < good.Length; length++) Assert.False(Read(good[..length], BlockColumns), $"{length}");
        Assert.True(Read(good, BlockColumns));
        Assert.False(Read([.. good, 0], BlockColumns));
        Assert.False(Read(good, [0, 1, 2, 3]));
        Assert.False(Read([(byte)'B', 2, .. good[2..]], BlockColumns));
        // 2^32 as a partition, which cut to 32 bits would be 0; then a million rows in no bytes.
        Assert.False(Read([(byte)'B', 1, 0x80, 0x80, 0x80, 0x80, 0x20, 0, 10, 0], BlockColumns));
        Assert.False(Read([(byte)'B', 1, 0, 0, 10, 0x80, 0x89, 0x7A], BlockColumns));

        static bool Read(byte[] bytes, int[] columns) => BlockReader.TryRead(bytes, new RowBatch(GoldenBytesTests.Block().Layout), columns, out _);
    }

    [Theory, InlineData("delayed", true), InlineData("hopping", false)]
    public void A_snapshot_that_is_cut_altered_or_of_another_version_is_damaged(string shape, bool textKeys)
    {
        var good = Snapshot(shape, textKeys);
        var random = new Random(1);
        Restore(shape, textKeys, good);
        for (var round = 0; round < 300; round++)
        {
            Assert.Throws<SnapshotDamaged>(() => Restore(shape, textKeys, good[..random.Next(good.Length)]));
            var bad = (byte[])good.Clone();
            var bit = random.Next(good.Length * 8);
            bad[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<SnapshotDamaged>(() => Restore(shape, textKeys, bad));
        }
        var newer = (byte[])good.Clone();
        newer[7] = 5;
        Assert.Equal("has format version 5; this program reads version 4", Assert.Throws<SnapshotDamaged>(() => Restore(shape, textKeys, Seal(newer))).Message);
        for (var length = 0; length < 60; length++) Assert.Throws<SnapshotDamaged>(() => Restore(shape, textKeys, good[..length]));
    }

    [Theory, InlineData("delayed", true), InlineData("delayed", false), InlineData("hopping", false)]
    public void A_thousand_altered_snapshots_with_a_right_checksum_are_damaged_or_read_and_take_no_more_memory_than_they_are_long(string shape, bool textKeys)
    {
        var good = Snapshot(shape, textKeys);
        for (var seed = 0; seed < 1000; seed++)
        {
            // Half of them in the first bytes of structures, where counts are.
            var random = new Random(seed);
            var bad = (byte[])good.Clone();
            if (seed % 2 == 0) bad = Mutate(random, good, 48);
            else
            {
                var zeros = Enumerable.Range(48, 400).Concat(Enumerable.Range(bad.Length - 900, 890)).ToArray();
                BitConverter.TryWriteBytes(bad.AsSpan(zeros[random.Next(zeros.Length)]), random.Next(3) switch { 0 => -1, 1 => int.MaxValue, _ => random.Next() });
            }
            Seal(bad);
            Bounded(3 * good.Length + (1 << 20), seed, () =>
            {
                try
                {
                    Restore(shape, textKeys, bad);
                }
                catch (SnapshotDamaged)
                {
                }
            });
        }
    }

    [Fact]
    public void State_of_another_step_or_in_another_layout_is_refused_in_words()
    {
        var good = Snapshot("hopping", false);
        // Behind the header and the source reader's part: the id's length, "window", the version, the length of the state.
        const int Frame = 48 + 32;
        Assert.Equal("window", Encoding.UTF8.GetString(good, Frame + 4, 6));

        var another = (byte[])good.Clone();
        another[Frame + 4 + 5] = (byte)'x';
        Assert.Equal("has state of step 'windox' where that of 'window' belongs", Refusal(another));
        var later = (byte[])good.Clone();
        later[Frame + 4 + 6]++;
        Assert.Equal("has state of step 'window' in version 2; this program reads version 1", Refusal(later));
        var shorter = (byte[])good.Clone();
        shorter[Frame + 4 + 7]--;
        Assert.Matches("^has [0-9]+ bytes of state of step 'window', which is not what the step reads$", Refusal(shorter));

        string Refusal(byte[] bytes) => Assert.Throws<SnapshotDamaged>(() => Restore("hopping", false, Seal(bytes))).Message;
    }

    [Fact]
    public void A_snapshot_of_another_job_or_processor_is_damaged()
    {
        var good = Snapshot("delayed", false);
        var job = BatchCutTests.Job("delayed", false);
        using var otherJob = new Driver(job with { Fingerprint = 1 }, 0, 0, Plans.Setup(1));
        Assert.Equal("belongs to another version of the job", Assert.Throws<SnapshotDamaged>(() => otherJob.Processor.Restore(new MemoryStream(good), good.Length)).Message);
        using var otherPartition = new Driver(job, 0, 1, Plans.Setup(2));
        Assert.Equal("belongs to processor 0-0, not 0-1", Assert.Throws<SnapshotDamaged>(() => otherPartition.Processor.Restore(new MemoryStream(good), good.Length)).Message);
    }

    private static byte[] Snapshot(string shape, bool textKeys)
    {
        using var driver = new Driver(BatchCutTests.Job(shape, textKeys), 0, 0, Plans.Setup(1));
        var all = Streams.Happenings(new Random(1), Streams.Events(new Random(1), 200, late: 0.1), textKeys, between: true);
        driver.Run(all, 0, all.Count, () => 50);
        return driver.State();
    }

    private static void Restore(string shape, bool textKeys, byte[] bytes)
    {
        using var driver = new Driver(BatchCutTests.Job(shape, textKeys), 0, 0, Plans.Setup(1));
        driver.Processor.Restore(new MemoryStream(bytes), bytes.Length);
    }

    /// <summary>Changes, cuts, repeats and inserts bytes from <paramref name="from"/> on.</summary>
    private static byte[] Mutate(Random random, byte[] good, int from)
    {
        var bytes = good.ToList();
        for (var change = random.Next(1, 5); change > 0 && bytes.Count > from + 1; change--)
        {
            var at = random.Next(from, bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes[at] = 0xFF; break;
                case 3: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 9))); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 9)))); break;
                default: bytes.Insert(at, (byte)random.Next(256)); break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Puts the right checksum at the end.</summary>
    private static byte[] Seal(byte[] bytes)
    {
        if (bytes.Length >= 4) BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), Crc32C.Of(bytes.AsSpan(0, bytes.Length - 4)));
        return bytes;
    }

    private static void Bounded(long bytes, int seed, Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(taken <= bytes, $"seed {seed} took {taken} bytes");
    }
}
