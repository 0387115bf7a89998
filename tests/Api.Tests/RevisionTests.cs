using StreamGrains.Api.Tests.Support;
using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests;

public sealed class RevisionTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task What_a_job_was_handed_in_with_is_kept_over_restarts_of_the_server()
    {
        var first = SampleJobs.Submission(SampleJobs.Spending()) with { File = "first.yaml", Set = ["commit.every=2s"] };
        await using (var server = await TestServer.Start(world))
        {
            await server.Client.SubmitAsync(first);
            await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(output: "spent-2")));
            await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(output: "spent-2")));
        }

        await using var again = await TestServer.Start(world);
        var revisions = await again.Client.RevisionsAsync("spending");
        var before = await again.Client.RevisionAsync("spending", 1);
        var now = await again.Client.SpecAsync("spending");

        Assert.Equal([1, 2], revisions.Select(r => r.Revision));
        Assert.Equal((first.Spec, "first.yaml"), (before.Submission.Spec, before.Submission.File));
        Assert.Equal(first.Set, before.Submission.Set);
        Assert.Equal((2, SampleJobs.Spending(output: "spent-2")), (now.Revision, now.Submission.Spec));
        Assert.Equal(revisions.Select(r => r.SpecHash), [before.SpecHash, now.SpecHash]);
        Assert.Equal((await again.Client.StatusAsync("spending")).Submitted, now.Submitted);
    }

    [Fact]
    public async Task A_revision_handed_in_again_is_the_next_one()
    {
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending(output: "spent-2")));

        var back = await server.Client.SubmitAsync((await server.Client.RevisionAsync("spending", 1)).Submission);

        Assert.Equal((SubmitOutcome.Upgraded, 3), (back.Outcome, back.Revision));
        Assert.Equal(SampleJobs.Spending(), (await server.Client.SpecAsync("spending")).Submission.Spec);
    }

    [Fact]
    public async Task What_is_not_kept_is_not_found()
    {
        await using var server = await TestServer.Start(world);
        await server.Client.SubmitAsync(SampleJobs.Submission(SampleJobs.Spending()));

        var never = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.RevisionAsync("spending", 2));
        var nobody = await Assert.ThrowsAsync<StreamGrainsException>(() => server.Client.SpecAsync("spendin"));

        Assert.Equal((ProblemKind.NotFound, "of job 'spending' revision 1 is kept, and 2 is none of them"), (never.Kind, never.Message));
        Assert.Contains("did you mean 'spending'?", nobody.Message, StringComparison.Ordinal);
    }
}
