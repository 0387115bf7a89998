using System.Net;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Client;

/// <content>Model files: those of a job, and those that were uploaded.</content>
public sealed partial class StreamGrainsClient
{
    /// <summary>Models that a job scores with.</summary>
    public Task<IReadOnlyList<JobModel>> ModelsAsync(string job, CancellationToken cancel = default) => Get<IReadOnlyList<JobModel>>($"{PathOf(job)}/models", cancel);

    /// <summary>
    /// Uploads a model file unless the server has it, and returns the hash of its content, by which submissions name it. Weights that the model keeps in files beside it go with it, as part of
    /// one file: the hash is of that.
    /// </summary>
    public async Task<string> UploadModelAsync(string path, CancellationToken cancel = default)
    {
        using var upload = new ModelUpload(path);
        var hash = await upload.Hash(cancel);
        if (await HasModelAsync(hash, cancel)) return hash;
        var there = await Send<UploadedModel>(HttpMethod.Post, "api/v1/models", upload, cancel);
        return there.Sha256 == hash ? hash : throw new StreamGrainsException(ProblemKind.Conflict, $"'{path}' has changed while it was uploaded: upload it again");
    }

    /// <summary>Whether the server has a model file with this content: SHA-256, lower-case hexadecimal.</summary>
    public async Task<bool> HasModelAsync(string sha256, CancellationToken cancel = default)
    {
        using var response = await Ask(HttpMethod.Get, $"api/v1/models/{Uri.EscapeDataString(sha256)}", null, cancel);
        if (response.StatusCode == HttpStatusCode.NotFound) return false;
        return (await Answers.Read<UploadedModel>(response, cancel)).Sha256 == sha256;
    }

    /// <summary>Model files that were uploaded, by hash, each with the jobs that use it.</summary>
    public Task<IReadOnlyList<StoredModel>> UploadedModelsAsync(CancellationToken cancel = default) => Get<IReadOnlyList<StoredModel>>("api/v1/models", cancel);

    /// <summary>Removes an uploaded model file. One that a job uses, running or not, is a <see cref="ProblemKind.Conflict"/> that names the jobs.</summary>
    /// <param name="sha256">Hash of its content, lower-case hexadecimal.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<UploadedModel> RemoveModelAsync(string sha256, CancellationToken cancel = default) =>
        Send<UploadedModel>(HttpMethod.Delete, $"api/v1/models/{Uri.EscapeDataString(sha256)}", null, cancel);

    private static async Task<Dictionary<string, string>> HashAll(IReadOnlyDictionary<string, string> files, CancellationToken cancel)
    {
        var hashes = new Dictionary<string, string>();
        foreach (var (path, file) in files)
        {
            using var upload = new ModelUpload(file);
            hashes[path] = await upload.Hash(cancel);
        }
        return hashes;
    }

    private async Task<Dictionary<string, string>> UploadAll(IReadOnlyDictionary<string, string> files, CancellationToken cancel)
    {
        var hashes = new Dictionary<string, string>();
        foreach (var (path, file) in files) hashes[path] = await UploadModelAsync(file, cancel);
        return hashes;
    }
}
