using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Lanes;
using StreamGrains.Simulation.Jobs;

namespace StreamGrains.Simulation.Tests;

public class LogTrimmerTests
{
    private static readonly SimJob Job = SimJob.All.First(j => j.Internal is not null);
    private static readonly TopicPartition Journal = new(Job.Plan.JournalTopic, 0), Internal = new(Job.Internal!, 0);

    private readonly LogTrimmer trimmer;

    public LogTrimmerTests()
    {
        trimmer = new LogTrimmer(Job.Plan, new Slot(Job.Plan, 0, new SlotActivation(1, Guid.Empty, TopicIdentities.Unknown), lastSequence: 7, new OutputBuffer(), []));
        trimmer.Mark(40);
    }

    [Fact]
    public void Logs_are_cut_to_the_older_snapshot_that_the_landed_record_names() =>
        Assert.Equal(new Dictionary<TopicPartition, long> { [Journal] = 40, [Internal] = 300 }, trimmer.Cut(Landed((9, 400), (7, 300))));

    [Fact]
    public void The_journal_stays_while_a_record_before_the_mark_may_be_newer_than_the_older_snapshot() =>
        Assert.Equal(new Dictionary<TopicPartition, long> { [Internal] = 300 }, trimmer.Cut(Landed((9, 400), (6, 300))));

    [Fact]
    public void Nothing_is_cut_before_two_snapshots_are_named() => Assert.Empty(trimmer.Cut(Landed((9, 400))));

    private static JournalRecord Landed(params (long Sequence, long Position)[] snapshots)
    {
        NamedSnapshot[] named = [.. snapshots.Select(s => new NamedSnapshot(s.Sequence, s.Position, $"{s.Sequence}"))];
        return new JournalRecord(Job.Plan.Name, 10, Guid.Empty, 0, 0, 1, false, [new(new ProcessorId(1, 0), 0, 500, 0, named), new(new ProcessorId(0, 0), 0, 900, 0, named)], []);
    }
}
