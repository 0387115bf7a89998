using System.Runtime.CompilerServices;
using Polly;
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

    private static readonly TimeSpan WaitEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Versions of the server and of the native libraries that it has loaded.</summary>
    public Task<ServerInfo> ServerAsync(CancellationToken cancel = default) => Get<ServerInfo>("api/v1", cancel);

    /// <summary>All jobs, by name.</summary>
    public Task<IReadOnlyList<JobSummary>> ListAsync(CancellationToken cancel = default) => Get<IReadOnlyList<JobSummary>>("api/v1/jobs", cancel);

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

    /// <summary>
    /// Waits until a job runs: until every slot takes records. A job that is stopped is a <see cref="ProblemKind.Conflict"/>, one that does not run in time <see cref="ProblemKind.Unavailable"/>; the
    /// message says what is wrong with it, as far as the server knows.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="patience">The longest wait.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<JobStatus> WaitUntilRunningAsync(string job, TimeSpan patience, CancellationToken cancel = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(patience);
        JobStatus? last = null;
        try
        {
            await foreach (var status in WatchAsync(job, WaitEvery, limit.Token))
            {
                last = status;
                if (status.Phase == JobPhase.Running) return status;
                if (status.Phase is JobPhase.Stopped or JobPhase.Stopping) throw new StreamGrainsException(ProblemKind.Conflict, $"job '{job}' is stopped: start it");
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // In time it did not.
        }
        var state = last is null ? "and the server has not said how it is" : $"it is {last.Phase.ToString().ToLowerInvariant()}{(last.Problem is { } problem ? $": {problem}" : "")}";
        throw new StreamGrainsException(ProblemKind.Unavailable, $"job '{job}' does not run after {patience.TotalSeconds:0.#} s, {state}");
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
