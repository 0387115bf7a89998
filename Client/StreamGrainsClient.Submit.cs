using System.Net.Http.Json;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Client;

/// <content>Handing jobs in, and asking what that would come to.</content>
public sealed partial class StreamGrainsClient
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Hands a job in. The same submission again changes nothing. A spec with mistakes is refused with all of them.</summary>
    public Task<SubmitAnswer> SubmitAsync(JobSubmission submission, CancellationToken cancel = default) =>
        Send<SubmitAnswer>(HttpMethod.Post, "api/v1/jobs", JsonContent.Create(submission, options: ControlJson.Options), cancel);

    /// <summary>
    /// Hands a job in that was made in C# (<see cref="JobBuilder"/>), with its models: those that the server lacks are uploaded first. Places in mistakes are those of
    /// <see cref="JobSpecText.Write"/>.
    /// </summary>
    /// <param name="spec">The job.</param>
    /// <param name="modelDirectory">Where relative model paths start; default: the working directory. A model that is not there is left to the server's own model directory.</param>
    /// <param name="allowStateLoss">Whether a changed spec may drop state that the job has; default: no, such a spec is refused with what it would drop.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<SubmitAnswer> SubmitAsync(JobSpec spec, string modelDirectory = ".", bool allowStateLoss = false, CancellationToken cancel = default) =>
        await SubmitAsync(Submission(spec, await UploadAll(ModelsOf(spec, modelDirectory), cancel), allowStateLoss), cancel);

    /// <summary>Hands in a job that is a file, YAML or JSON, with its models: those that the server lacks are uploaded first.</summary>
    /// <param name="specFile">Path of the spec.</param>
    /// <param name="models">Model files by the path that the spec writes; default: none, so models are those of the server's own model directory.</param>
    /// <param name="set">Overrides, <c>path=value</c> each, such as <c>commit.every=1s</c>; default: none.</param>
    /// <param name="allowStateLoss">Whether a changed spec may drop state that the job has; default: no, such a spec is refused with what it would drop.</param>
    /// <param name="acceptLoss">Partitions of source topics, <c>TOPIC[P]</c> each, whose unread records may be gone; default: none, a slot with such a partition stops and says so.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<SubmitAnswer> SubmitFileAsync(
        string specFile, IReadOnlyDictionary<string, string>? models = null, IReadOnlyList<string>? set = null, bool allowStateLoss = false,
        IReadOnlyList<string>? acceptLoss = null, CancellationToken cancel = default) =>
        await SubmitAsync(await Submission(specFile, await UploadAll(models ?? Nothing, cancel), set, allowStateLoss, acceptLoss, cancel), cancel);

    /// <summary>
    /// What handing a job in would come to; nothing changes. <see cref="SubmitAnswer.Notes"/> say what would become of its state. Refused as the submission would be. Models that were not
    /// uploaded are not looked into.
    /// </summary>
    public Task<SubmitAnswer> DryRunAsync(JobSubmission submission, CancellationToken cancel = default) =>
        Send<SubmitAnswer>(HttpMethod.Post, "api/v1/dry-run", JsonContent.Create(submission, options: ControlJson.Options), cancel);

    /// <summary>The same for a job that was made in C#; its models are not uploaded.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="modelDirectory">Where relative model paths start; default: the working directory.</param>
    /// <param name="allowStateLoss">Whether a changed spec may drop state that the job has; default: no, such a spec is refused with what it would drop.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<SubmitAnswer> DryRunAsync(JobSpec spec, string modelDirectory = ".", bool allowStateLoss = false, CancellationToken cancel = default) =>
        await DryRunAsync(Submission(spec, await HashAll(ModelsOf(spec, modelDirectory), cancel), allowStateLoss), cancel);

    /// <summary>The same for a job that is a file; its models are not uploaded.</summary>
    /// <param name="specFile">Path of the spec.</param>
    /// <param name="models">Model files by the path that the spec writes; default: none.</param>
    /// <param name="set">Overrides, <c>path=value</c> each; default: none.</param>
    /// <param name="allowStateLoss">Whether a changed spec may drop state that the job has; default: no, such a spec is refused with what it would drop.</param>
    /// <param name="acceptLoss">Partitions of source topics, <c>TOPIC[P]</c> each, whose unread records may be gone; default: none, a slot with such a partition stops and says so.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<SubmitAnswer> DryRunFileAsync(
        string specFile, IReadOnlyDictionary<string, string>? models = null, IReadOnlyList<string>? set = null, bool allowStateLoss = false,
        IReadOnlyList<string>? acceptLoss = null, CancellationToken cancel = default) =>
        await DryRunAsync(await Submission(specFile, await HashAll(models ?? Nothing, cancel), set, allowStateLoss, acceptLoss, cancel), cancel);

    private static JobSubmission Submission(JobSpec spec, Dictionary<string, string> hashes, bool allowStateLoss) =>
        new() { Spec = JobSpecText.Write(spec), File = $"{spec.Job}.json", Models = hashes, AllowStateLoss = allowStateLoss };

    private static async Task<JobSubmission> Submission(string specFile, Dictionary<string, string> hashes, IReadOnlyList<string>? set, bool allowStateLoss, IReadOnlyList<string>? acceptLoss, CancellationToken cancel) =>
        new() { Spec = await File.ReadAllTextAsync(specFile, cancel), File = specFile, Set = set ?? [], AllowStateLoss = allowStateLoss, AcceptLoss = acceptLoss ?? [], Models = hashes };

    /// <summary>Models of a spec that are files here, by the path that it writes.</summary>
    private static Dictionary<string, string> ModelsOf(JobSpec spec, string directory) => spec.Steps.Select(s => s.Score?.Model).OfType<string>().Distinct()
        .Select(m => (Path: m, File: Path.Combine(directory, m))).Where(m => File.Exists(m.File)).ToDictionary(m => m.Path, m => m.File);
}
