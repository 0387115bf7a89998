using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;

namespace StreamGrains.Server.Http;

/// <summary>The control API, <c>/api/v1</c>: the same wherever jobs run. Every answer that is no value is a problem (RFC 9457).</summary>
internal static class ControlApi
{
    private const long MostSpecBytes = 4 << 20;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("jobs").RequireAuthorization(nameof(ApiRole.Reader))
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        MapReading(api);
        KeyQueries.Map(api);
        SpecEndpoints.Map(api);
        MapTrying(api.MapGroup("").RequireAuthorization(nameof(ApiRole.Operator)));
        MapChanging(api.MapGroup("").RequireAuthorization(nameof(ApiRole.Operator)).WithMetadata(Audit.Change));
        MapRemoving(api.MapGroup("").RequireAuthorization(nameof(ApiRole.Admin)).WithMetadata(Audit.Change));
    }

    private static void MapReading(RouteGroupBuilder api)
    {
        api.MapGet("/", (ServerProgram program) => TypedResults.Ok(program.Info)).WithName("GetServer").WithSummary("Versions of what serves.").WithTags("server");
        api.MapGet("/jobs", async (IJobControl jobs, CancellationToken cancel) => TypedResults.Ok(await jobs.List(cancel)))
            .WithName("ListJobs").WithSummary("All jobs, by name.");
        api.MapGet("/jobs/{job}", async (string job, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.Status(job, cancel)))
            .WithName("GetJob").WithSummary("Everything about a job: its slots with their owners and failures, its partitions with offsets, lag, watermark and rates.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/jobs/{job}/log", Log)
            .WithName("GetLog").WithSummary("What a job said lately, oldest first. after: only lines with higher numbers; most: at most so many, the newest.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/jobs/{job}/models", async (string job, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.Models(job, cancel)))
            .WithName("ListModels").WithSummary("Models that a job scores with.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/jobs/{job}/savepoints", async (string job, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.Savepoints(job, cancel)))
            .WithName("ListSavepoints").WithSummary("Savepoints of a job, oldest first.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        ModelEndpoints.MapReading(api);
    }

    private static void MapTrying(RouteGroupBuilder api) => api.MapPost("/dry-run", DryRun)
        .WithName("DryRun").WithSummary("What handing a job in would come to, with what would become of its state; nothing changes. Refused as the submission would be. Models that were not uploaded are not looked into.")
        .WithMetadata(new MostBytes(MostSpecBytes))
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static void MapChanging(RouteGroupBuilder api)
    {
        api.MapPost("/jobs", Submit)
            .WithName("SubmitJob").WithSummary("Hands a job in. A spec with mistakes is refused with all of them; the same submission again changes nothing.")
            .WithMetadata(new MostBytes(MostSpecBytes))
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        api.MapPost("/jobs/{job}/stop", async (string job, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.Stop(job, cancel)))
            .WithName("StopJob").WithSummary("Stops a job cleanly: what it took is committed, with a last snapshot.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/jobs/{job}/start", async (string job, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.Start(job, cancel)))
            .WithName("StartJob").WithSummary("Starts a stopped job again, from where it was.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/jobs/{job}/savepoints", TakeSavepoint)
            .WithName("TakeSavepoint").WithSummary("Keeps a copy of a job's whole state. The job stops for it and goes on after; with stop it stays stopped, unless no copy could be made.")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/jobs/{job}/savepoints/{savepoint}/start", async (string job, string savepoint, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.StartFrom(job, savepoint, cancel)))
            .WithName("StartFromSavepoint").WithSummary("Starts a job from a savepoint: state and place in the source are what they were then.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapPost("/jobs/{job}/slots/{slots:int}", async (string job, int slots, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.Rescale(job, slots, cancel)))
            .WithName("RescaleJob").WithSummary("Gives a job another number of slots, with all of its state.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        ModelEndpoints.MapUpload(api);
    }

    private static async Task<Results<Ok<SubmitAnswer>, ProblemHttpResult>> DryRun(JobSubmission submission, IJobControl jobs, CancellationToken cancel) =>
        Nulls(submission) is { } nulls ? Problems.Of(nulls) : Problems.OrValue(await jobs.DryRun(submission, cancel));

    private static Refusal? Nulls(JobSubmission submission) => submission.Set.Contains(null!) || submission.AcceptLoss.Contains(null!) || submission.Models.Values.Contains(null!)
        ? Refusal.Of(RefusalKind.Invalid, "'set', 'acceptLoss' and 'models' hold texts, and here is a null")
        : null;

    private static async Task<Results<Ok<Savepoint>, ProblemHttpResult>> TakeSavepoint(string job, IJobControl jobs, CancellationToken cancel, bool stop = false) =>
        Problems.OrValue(await (stop ? jobs.StopWithSavepoint(job, cancel) : jobs.TakeSavepoint(job, cancel)));

    private static void MapRemoving(RouteGroupBuilder api)
    {
        api.MapDelete("/jobs/{job}", async (string job, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.Remove(job, cancel)))
            .WithName("RemoveJob").WithSummary("Takes a stopped job off the list; its topics and snapshots stay.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("/jobs/{job}/savepoints/{savepoint}", async (string job, string savepoint, IJobControl jobs, CancellationToken cancel) => Problems.OrValue(await jobs.RemoveSavepoint(job, savepoint, cancel)))
            .WithName("RemoveSavepoint").WithSummary("Removes a savepoint, unless the job is about to begin from it.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        api.MapDelete("/jobs/{job}/savepoints", KeepSavepoints)
            .WithName("KeepSavepoints").WithSummary("Removes all savepoints but the newest so many, and the one that the job is about to begin from; the answer has those that were removed.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        ModelEndpoints.MapRemoval(api);
    }

    private static async Task<Results<Ok<IReadOnlyList<RemovedSavepoint>>, ProblemHttpResult>> KeepSavepoints(string job, int keep, IJobControl jobs, CancellationToken cancel) =>
        keep >= 1 ? Problems.OrValue(await jobs.KeepSavepoints(job, keep, cancel)) : Problems.Of(Refusal.Of(RefusalKind.Invalid, "'keep' is at least 1: the newest savepoint is removed by its name only"));

    private static async Task<Results<Ok<SubmitAnswer>, Created<SubmitAnswer>, ProblemHttpResult>> Submit(JobSubmission submission, HttpContext context, IJobControl jobs, CancellationToken cancel)
    {
        if (Nulls(submission) is { } nulls) return Problems.Of(nulls);
        var answer = await jobs.Submit(submission, cancel);
        if (answer.Value is not { } value) return Problems.Of(answer.Refusal!);
        context.Features.Set(new AuditNote($"job '{value.Job}' is {value.Outcome.ToString().ToLowerInvariant()}, revision {value.Revision}"));
        return value.Outcome == SubmitOutcome.Created ? TypedResults.Created($"/api/v1/jobs/{value.Job}", value) : TypedResults.Ok(value);
    }

    private static async Task<Results<Ok<IReadOnlyList<JobLogLine>>, ProblemHttpResult>> Log(string job, IJobControl jobs, CancellationToken cancel, long after = 0, int most = 200) =>
        most is >= 1 and <= 1000 ? Problems.OrValue(await jobs.Log(job, after, most, cancel)) : Problems.Of(Refusal.Of(RefusalKind.Invalid, "'most' is from 1 to 1000"));
}
