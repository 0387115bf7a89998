using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;

namespace StreamGrains.Server.Http;

/// <summary>Uploaded model files over HTTP: known by the hash of their content, kept until somebody removes them.</summary>
internal static class ModelEndpoints
{
    private const int MostUsersNamed = 10;

    public static void MapReading(RouteGroupBuilder api)
    {
        api.MapGet("/models", List)
            .WithName("ListUploadedModels").WithSummary("Model files that were uploaded, by hash, each with the jobs that use it.");
        api.MapGet("/models/{sha256}", Find)
            .WithName("FindModel").WithSummary("Whether a model file with this content was uploaded.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    public static void MapUpload(RouteGroupBuilder api) => api.MapPost("/models", Upload)
        .WithName("UploadModel").WithSummary("Uploads a model file; the answer has the hash of its content, by which submissions name it. What is no ONNX model is refused and not kept.")
        .WithMetadata(new MostBytes(ModelFiles.MostBytes)).Accepts<Stream>("application/octet-stream")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    public static void MapRemoval(RouteGroupBuilder api) => api.MapDelete("/models/{sha256}", Remove)
        .WithName("RemoveModel").WithSummary("Removes an uploaded model file that no job uses.")
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<Results<Ok<UploadedModel>, ProblemHttpResult>> Upload(HttpRequest request, ModelFiles files, IOptions<ApiOptions> options, CancellationToken cancel) =>
        Problems.OrValue(await files.Add(request.Body, options.Value.MostModelBytes, cancel));

    private static async Task<Results<Ok<UploadedModel>, ProblemHttpResult>> Find(string sha256, ModelFiles files) =>
        await files.Has(sha256) ? TypedResults.Ok(new UploadedModel(sha256)) : Problems.Of(Unknown);

    private static async Task<Results<Ok<IReadOnlyList<StoredModel>>, ProblemHttpResult>> List(IJobControl jobs, ModelFiles files, CancellationToken cancel)
    {
        var users = await jobs.ModelUsers(cancel);
        if (users.Value is not { } known) return Problems.Of(users.Refusal!);
        return TypedResults.Ok<IReadOnlyList<StoredModel>>([.. (await files.List(cancel)).Select(f => new StoredModel(f.Hash, f.Bytes, Of(known, f.Hash)))]);
    }

    private static async Task<Results<Ok<UploadedModel>, ProblemHttpResult>> Remove(string sha256, IJobControl jobs, ModelFiles files, CancellationToken cancel)
    {
        if (!await files.Has(sha256)) return Problems.Of(Unknown);
        var users = await jobs.ModelUsers(cancel);
        if (users.Value is not { } known) return Problems.Of(users.Refusal!);
        if (Of(known, sha256) is { Count: > 0 } names) return Problems.Of(InUse(names));
        await files.Remove(sha256);
        return TypedResults.Ok(new UploadedModel(sha256));
    }

    private static Refusal Unknown => Refusal.Of(RefusalKind.NotFound, "no model file with this content was uploaded");

    private static Refusal InUse(List<string> jobs) => Refusal.Of(
        RefusalKind.Conflict,
        $"the model is used by {string.Join(", ", jobs.Take(MostUsersNamed).Select(j => $"job '{j}'"))}{(jobs.Count > MostUsersNamed ? " and more" : "")}, running or not: "
        + "hand that in with another model first, or remove it");

    private static List<string> Of(IReadOnlyList<ModelUser> users, string hash) =>
        [.. users.Where(u => u.Model.Sha256 == hash).Select(u => u.Job).Distinct().Order(StringComparer.Ordinal)];
}
