using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using Polly;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Client;

/// <summary>
/// The control API of a StreamGrains server: a silo of a cluster, or <c>streamgrains serve</c>. Every call may be repeated without harm, but for <see cref="StartFromAsync"/>, which begins
/// again; it throws <see cref="StreamGrainsException"/> when it is not carried out. Any thread.
/// </summary>
/// <param name="http">
/// Reaches the server: <see cref="HttpClient.BaseAddress"/> is its address, such as <c>http://127.0.0.1:8080</c>. An API key is its default header <c>Authorization: Bearer KEY</c>.
/// <see cref="ServiceRegistration.AddStreamGrainsClient"/> makes one that retries.
/// </param>
/// <example>
/// <code>
/// using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:8080") };
/// var client = new StreamGrainsClient(http);
/// var answer = await client.SubmitFileAsync("job.yaml");
/// await foreach (var status in client.WatchAsync(answer.Job, TimeSpan.FromSeconds(1))) Console.WriteLine(status.Phase);
/// </code>
/// </example>
public sealed partial class StreamGrainsClient(HttpClient http)
{
    private const int MostLines = 1000;

    /// <summary>All jobs, by name.</summary>
    public Task<IReadOnlyList<JobSummary>> ListAsync(CancellationToken cancel = default) => Get<IReadOnlyList<JobSummary>>("api/v1/jobs", cancel);

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
    public async Task<SubmitAnswer> SubmitAsync(JobSpec spec, string modelDirectory = ".", bool allowStateLoss = false, CancellationToken cancel = default)
    {
        var models = spec.Steps.Select(s => s.Score?.Model).OfType<string>().Distinct()
            .Select(m => (Path: m, File: Path.Combine(modelDirectory, m))).Where(m => File.Exists(m.File)).ToDictionary(m => m.Path, m => m.File);
        return await SubmitAsync(
            new JobSubmission { Spec = JobSpecText.Write(spec), File = $"{spec.Job}.json", Models = await UploadAll(models, cancel), AllowStateLoss = allowStateLoss }, cancel);
    }

    /// <summary>Hands in a job that is a file, YAML or JSON, with its models: those that the server lacks are uploaded first.</summary>
    /// <param name="specFile">Path of the spec.</param>
    /// <param name="models">Model files by the path that the spec writes; default: none, so models are those of the server's own model directory.</param>
    /// <param name="set">Overrides, <c>path=value</c> each, such as <c>commit.every=1s</c>; default: none.</param>
    /// <param name="allowStateLoss">Whether a changed spec may drop state that the job has; default: no, such a spec is refused with what it would drop.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<SubmitAnswer> SubmitFileAsync(
        string specFile, IReadOnlyDictionary<string, string>? models = null, IReadOnlyList<string>? set = null, bool allowStateLoss = false, CancellationToken cancel = default) =>
        await SubmitAsync(
            new JobSubmission
            {
                Spec = await File.ReadAllTextAsync(specFile, cancel),
                File = specFile,
                Set = set ?? [],
                AllowStateLoss = allowStateLoss,
                Models = await UploadAll(models ?? new Dictionary<string, string>(), cancel),
            },
            cancel);

    /// <summary>Everything about a job.</summary>
    public Task<JobStatus> StatusAsync(string job, CancellationToken cancel = default) => Get<JobStatus>(PathOf(job), cancel);

    /// <summary>A job's status now and then after every pause, until cancelled.</summary>
    public async IAsyncEnumerable<JobStatus> WatchAsync(string job, TimeSpan every, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (true)
        {
            yield return await StatusAsync(job, cancel);
            await Task.Delay(every, cancel);
        }
    }

    /// <summary>Stops a job cleanly: what it took is committed, with a last snapshot. It stays stopped until it is started.</summary>
    public Task<JobStatus> StopAsync(string job, CancellationToken cancel = default) => Send<JobStatus>(HttpMethod.Post, $"{PathOf(job)}/stop", null, cancel);

    /// <summary>Starts a stopped job again, from where it was.</summary>
    public Task<JobStatus> StartAsync(string job, CancellationToken cancel = default) => Send<JobStatus>(HttpMethod.Post, $"{PathOf(job)}/start", null, cancel);

    /// <summary>Takes a stopped job off the list. Its topics and snapshots stay; the same job handed in again goes on from them.</summary>
    public Task<JobSummary> RemoveAsync(string job, CancellationToken cancel = default) => Send<JobSummary>(HttpMethod.Delete, PathOf(job), null, cancel);

    /// <summary>What a job said lately, oldest first.</summary>
    /// <param name="job">The job.</param>
    /// <param name="after">Only lines with higher numbers; default: all.</param>
    /// <param name="most">The newest so many of each process that runs the job, 1 to 1000.</param>
    /// <param name="cancel">Ends the call.</param>
    public Task<IReadOnlyList<JobLogLine>> LogAsync(string job, long after = 0, int most = 200, CancellationToken cancel = default) =>
        Get<IReadOnlyList<JobLogLine>>(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{PathOf(job)}/log?after={after}&most={most}"), cancel);

    /// <summary>What a job said lately and what it says from now on, until cancelled.</summary>
    /// <param name="job">The job.</param>
    /// <param name="every">How often the server is asked; default: every second.</param>
    /// <param name="cancel">Ends it.</param>
    public async IAsyncEnumerable<JobLogLine> FollowLogAsync(string job, TimeSpan? every = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var read = new LogPosition();
        while (true)
        {
            foreach (var line in read.New(await LogAsync(job, read.NextAfter(), MostLines, cancel))) yield return line;
            await Task.Delay(every ?? TimeSpan.FromSeconds(1), cancel);
        }
    }

    private static string PathOf(string job) => $"api/v1/jobs/{Uri.EscapeDataString(job)}";

    private Task<T> Get<T>(string path, CancellationToken cancel) => Send<T>(HttpMethod.Get, path, null, cancel);

    private async Task<T> Send<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancel, bool once = false)
    {
        using var response = await Ask(method, path, content, cancel, once);
        return await Answers.Read<T>(response, cancel);
    }

    private async Task<HttpResponseMessage> Ask(HttpMethod method, string path, HttpContent? content, CancellationToken cancel, bool once = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (once) Once.Mark(request);
        try
        {
            return await http.SendAsync(request, cancel);
        }
        catch (Exception failure) when (failure is HttpRequestException or ExecutionRejectedException || (failure is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw Answers.Silence(http.BaseAddress, failure);
        }
    }
}
