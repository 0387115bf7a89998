using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Savepoints;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Tests;

/// <summary>Jobs that cannot start when their server does.</summary>
public sealed class LateStartTests : IJobEnvironment, IDisposable
{
    private const string Job = "spending";
    private static readonly string Model = Convert.ToHexStringLower(SHA256.HashData("weights"u8));

    private readonly string root = Directory.CreateTempSubdirectory("streamgrains-late-").FullName;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch);
    private readonly JobHost host;
    private readonly LocalJobs jobs;
    private volatile string? away = "the storage does not answer";
    private int asked;
    private volatile bool connected;

    public LateStartTests()
    {
        host = new JobHost(this, new JobHostOptions { Owner = "this-server", Lanes = 1, Time = clock });
        jobs = new LocalJobs(host, Check(), Generations(), Files, clock);
    }

    private RecordFiles Files => new(Path.Combine(root, "jobs"));

    [Fact]
    public async Task What_cannot_start_at_the_moment_stays_wanted_and_is_tried_again()
    {
        await Resume(Record());

        Assert.True(Files.Load().Single().Wanted);
        var status = await Status();
        Assert.Equal((JobPhase.Failing, "slot 0: the storage does not answer"), (status.Phase, status.Problem));
        Assert.All(status.Slots, s => Assert.Equal(clock.GetUtcNow().AddSeconds(1), s.LastFailure!.RetryAt));
        Assert.Contains(await Log(), l => l == "the job does not start: the storage does not answer It is tried again in 1 s.");

        clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(1, asked);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        await Until(async () => (await Status()).Slots[0].LastFailure!.RetryAt == clock.GetUtcNow().AddSeconds(2));
        Assert.False(connected);

        away = null;
        clock.Advance(TimeSpan.FromSeconds(2));
        await Until(() => Task.FromResult(connected));
        Assert.True(Files.Load().Single().Wanted);
        await Until(async () => (await Status()).Problem is not { } problem || problem.Contains("no broker", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_stops_a_job_that_waits_has_it_rest()
    {
        await Resume(Record());

        Assert.Equal(JobPhase.Stopped, (await jobs.Stop(Job, default)).Value!.Phase);
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(1, asked);
        Assert.False(Files.Load().Single().Wanted);
    }

    [Fact]
    public async Task A_job_stops_also_where_that_cannot_be_written_down_and_says_so_until_it_is()
    {
        await Resume(Record());
        var full = Path.Combine(root, "jobs", $"{Job}.json.tmp");
        File.CreateSymbolicLink(full, "/dev/full");

        var stopped = (await jobs.Stop(Job, default)).Value!;
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal((JobPhase.Stopped, 1), (stopped.Phase, asked));
        Assert.StartsWith("that the job is stopped could not be written down (no space is left on its disk): it runs again when the server starts again.", stopped.Problem, StringComparison.Ordinal);
        Assert.Equal(stopped.Problem, (await Status()).Problem);
        Assert.Contains(stopped.Problem, await Log());
        Assert.True(Files.Load().Single().Wanted);

        File.Delete(full);
        Assert.Null((await jobs.Stop(Job, default)).Value!.Problem);
        Assert.False(Files.Load().Single().Wanted);
    }

    [Fact]
    public async Task What_cannot_start_at_all_rests_and_says_why()
    {
        away = null;
        await Resume(Record() with { Submission = Submission("not-a-hash") });

        Assert.Contains(await Log(), l => l.Contains("upload it first", StringComparison.Ordinal));
        Assert.Equal(JobPhase.Stopped, (await Status()).Phase);
        Assert.False(Files.Load().Single().Wanted);
    }

    [Fact]
    public async Task A_generation_that_cannot_begin_is_tried_again_and_no_savepoint_is_taken_of_it()
    {
        away = null;
        await Resume(Record() with { Generation = 2, Seed = new SeedOrder("20260101T000000.000Z", 1) });

        Assert.Contains("savepoint '20260101T000000.000Z', which job 'spending' is to begin from, is not there", (await Status()).Problem, StringComparison.Ordinal);
        Assert.Contains("has not begun", (await jobs.TakeSavepoint(Job, default)).Refusal!.Message, StringComparison.Ordinal);
        Assert.True(Files.Load().Single() is { Wanted: true, Seed: not null });
        Assert.False(connected);
    }

    [Fact]
    public async Task A_start_from_another_savepoint_shuts_out_the_owners_that_there_may_be()
    {
        away = null;

        var next = await Generations().From(Record() with { Generation = 2, Seed = new SeedOrder("first", 1) }, "second", 2, default);

        Assert.Equal((3, new SeedOrder("second", 1)), (next.Value!.Generation, next.Value.Seed));
    }

    [Fact]
    public void Pauses_double_up_to_half_a_minute()
    {
        var reason = Refusal.Of(RefusalKind.Unavailable, "because");
        LateStart? late = null;

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 7).Select(_ => (int)(late = LateStart.After(late, reason, clock.GetUtcNow())).Pause.TotalSeconds));
        Assert.Equal((false, true), (late!.Due(clock.GetUtcNow().AddSeconds(29.9)), late.Due(clock.GetUtcNow().AddSeconds(30))));
    }

    public IModelCatalog Models { get; } = new NoModels();

    public IJobCluster Connect(JobPlan job)
    {
        connected = true;
        throw new JobFailed("there is no broker here");
    }

    public IBlobStore OpenStorage(JobPlan job) => new Storage(this);

    public IReadOnlyDictionary<string, int> Topics() => new Dictionary<string, int> { ["payments"] = 2 };

    public IReadOnlyList<TopicNeed> TopicsOf(JobPlan job, int sourcePartitions, int slots) => [];

    public void Dispose()
    {
        jobs.End();
        host.DisposeAsync().AsTask().GetAwaiter().GetResult();
        jobs.Dispose();
        Directory.Delete(root, recursive: true);
    }

    private SubmissionCheck Check() => new(this, new ModelFiles(Path.Combine(root, "models"), Models, () => new Storage(this)), root);

    private GenerationChange Generations() => new(this, Check(), clock);

    private async Task Resume(JobRecord record)
    {
        Files.Save(record);
        jobs.Load();
        await jobs.Resume(default);
    }

    private static JobRecord Record() => new()
    {
        Job = Job, Submission = Submission(Model), SpecHash = "1", Revision = 1, Fingerprint = "1", Slots = 2, Submitted = DateTimeOffset.UnixEpoch, Wanted = true,
    };

    private static JobSubmission Submission(string model) => new()
    {
        Spec = """
            job: spending
            sources: { payments: { topic: payments, key: customer, fields: { customer: long, ts: timestamp_ms }, event_time: ts } }
            steps: [ { from: payments }, { rolling: { n: count() over 1h } }, { to: { topic: counted, key: customer } } ]
            """,
        Models = new Dictionary<string, string> { ["m.onnx"] = model },
    };

    private async Task<JobStatus> Status() => (await jobs.Status(Job, default)).Value!;

    private async Task<IEnumerable<string>> Log() => (await jobs.Log(Job, 0, 100, default)).Value!.Select(l => l.Text);

    /// <summary>One savepoint and one model.</summary>
    private sealed class Storage(LateStartTests test) : IBlobStore
    {
        public ValueTask Write(string name, Action<Stream> content) => throw new NotSupportedException("nothing is written here");

        public ValueTask<Stream?> Open(string name)
        {
            test.asked++;
            if (test.away is { } why) throw new IOException(why);
            if (name == "spending/savepoints/second/manifest")
                return new(new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new SavepointManifest(SavepointManifest.CurrentVersion, Job, "second", default, 1, Submission(Model), "1", [2], []), ControlJson.Options)));
            return new(name.StartsWith("models/", StringComparison.Ordinal) ? new MemoryStream("weights"u8.ToArray()) : null);
        }

        public ValueTask<IReadOnlyList<string>> List(string prefix) => new([]);

        public ValueTask Delete(string name) => throw new NotSupportedException("nothing is removed here");
    }

    private static async Task Until(Func<Task<bool>> fits)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await fits()) await Task.Delay(5, limit.Token);
    }
}
