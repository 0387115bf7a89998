using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Control.Tests.Supervision;

public class JobHostTests
{
    [Fact]
    public async Task A_job_without_a_slot_here_is_on_its_way()
    {
        await using var host = new JobHost(null!, new JobHostOptions { Owner = "test" });
        Assert.Equal(QueryOutcome.Moving, (await host.Find("payments", 0, "1")).Value!.Outcome);
    }
}
