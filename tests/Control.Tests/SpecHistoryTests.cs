using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;

namespace StreamGrains.Control.Tests;

public sealed class SpecHistoryTests
{
    [Fact]
    public void The_newest_and_nineteen_before_it_are_kept()
    {
        var record = After(Enumerable.Repeat("spec", 30));

        Assert.Equal(Enumerable.Range(11, 20), SpecHistory.Of(record).Select(r => r.Revision));
        Assert.Equal(15, SpecHistory.Find(SpecHistory.Of(record), 15).Value!.Revision);
        Assert.Equal("of job 'j' revisions 11 to 30 are kept, and 10 is none of them", SpecHistory.Find(SpecHistory.Of(record), 10).Refusal!.Message);
    }

    [Fact]
    public void Long_specs_are_kept_as_far_as_a_million_characters_go_without_a_gap()
    {
        var record = After(["short", new string('x', 700_000), "short", new string('y', 600_000), "short", new string('z', 1 << 20)]);

        Assert.Equal([3, 4, 5, 6], SpecHistory.Of(record).Select(r => r.Revision));
    }

    private static JobRecord After(IEnumerable<string> specs)
    {
        JobRecord? record = null;
        foreach (var spec in specs)
            record = new JobRecord
            {
                Job = "j",
                Submission = new JobSubmission { Spec = spec },
                SpecHash = "",
                Revision = (record?.Revision ?? 0) + 1,
                Fingerprint = "",
                Slots = 1,
                Submitted = DateTimeOffset.UnixEpoch,
                Wanted = true,
                Earlier = record is null ? [] : SpecHistory.Before(record),
            };
        return record!;
    }
}
