using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Control.Records;

namespace StreamGrains.Server.Http;

/// <summary>What jobs were handed in with, over HTTP.</summary>
internal static class SpecEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/jobs/{job}/spec", async (string job, IJobControl jobs, CancellationToken cancel) => Answer(await jobs.Revisions(job, cancel), all => all[^1]))
            .WithName("GetSpec").WithSummary("What a job was handed in with last: the spec's text, overrides, and its models by hash.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/jobs/{job}/revisions", async (string job, IJobControl jobs, CancellationToken cancel) => Answer(await jobs.Revisions(job, cancel), Summaries))
            .WithName("ListRevisions").WithSummary("Specs that a job was handed in with, oldest first: the newest and up to 19 before it, as far as their texts have a million characters together.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/jobs/{job}/revisions/{revision:int}", async (string job, int revision, IJobControl jobs, CancellationToken cancel) => Find(await jobs.Revisions(job, cancel), revision))
            .WithName("GetRevision").WithSummary("What a job was handed in with at one of its revisions.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static Results<Ok<T>, ProblemHttpResult> Answer<T>(Answer<IReadOnlyList<JobRevision>> revisions, Func<IReadOnlyList<JobRevision>, T> value) =>
        revisions.Value is { } all ? TypedResults.Ok(value(all)) : Problems.Of(revisions.Refusal!);

    private static Results<Ok<JobRevision>, ProblemHttpResult> Find(Answer<IReadOnlyList<JobRevision>> revisions, int number) =>
        revisions.Value is { } all ? Problems.OrValue(SpecHistory.Find(all, number)) : Problems.Of(revisions.Refusal!);

    private static IReadOnlyList<RevisionSummary> Summaries(IReadOnlyList<JobRevision> all) => [.. all.Select(r => new RevisionSummary(r.Revision, r.Submitted, r.SpecHash))];
}
