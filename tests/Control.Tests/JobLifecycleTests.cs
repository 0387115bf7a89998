using Microsoft.Extensions.Time.Testing;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Tests;

/// <summary>What becomes of a job where a change fails halfway, whoever runs it.</summary>
public sealed class JobLifecycleTests : IJobEnvironment, IJobPlace, IDisposable
{
    private const string Job = "spending";

    private readonly string root = Directory.CreateTempSubdirectory("streamgrains-life-").FullName;
    private readonly FakeTimeProvider clock = new(DateTimeOffset.UnixEpoch);
    private readonly CancellationTokenSource end = new();
    private readonly List<string> calls = [];
    private readonly List<string> said = [];
    private readonly List<TimeSpan> pauses = [];
    private readonly JobLifecycle life;
    private JobRecord? saved;
    private Exception? full, cannotRun, doNotLeave, away;

    public JobLifecycleTests()
    {
        var check = new SubmissionCheck(this, new ModelFiles(Path.Combine(root, "models"), Models, null), root);
        life = new JobLifecycle(Job, this, check, new GenerationChange(this, check, clock), clock, end.Token);
    }

    [Fact]
    public async Task What_is_wanted_is_remembered_before_it_runs()
    {
        await Load(Record() with { Wanted = false });
        full = new IOException("no space");

        await Assert.ThrowsAsync<IOException>(() => life.Start(life.Record!));
        Assert.Empty(calls);
        Assert.False(life.Record!.Wanted);

        full = null;
        Assert.Null(await life.Start(life.Record!));
        Assert.Equal(["save", "run"], calls);
    }

    [Fact]
    public async Task A_job_goes_on_as_it_was_when_a_savepoint_ends_in_a_surprise()
    {
        await Load(Record());
        away = new InvalidOperationException("a surprise");

        await Assert.ThrowsAsync<InvalidOperationException>(() => life.TakeSavepoint(life.Record!, stop: true));

        Assert.Equal(["stop", "run"], calls);
        Assert.True(life.Record!.Wanted);
    }

    [Fact]
    public async Task A_job_goes_on_as_it_was_when_a_savepoint_is_refused()
    {
        await Load(Record());
        away = new IOException("the storage does not answer");

        Assert.Equal("the storage does not answer", (await life.TakeSavepoint(life.Record!, stop: true)).Refusal!.Message);

        Assert.Equal(["stop", "run"], calls);
        Assert.True(life.Record!.Wanted);
    }

    [Fact]
    public async Task A_job_runs_on_while_a_savepoint_is_refused_that_it_cannot_begin_from()
    {
        await Load(Record());
        away = new IOException("the storage does not answer");

        Assert.Equal("the storage does not answer", (await life.StartFrom(life.Record!, "20260101T000000.000Z"))!.Message);

        Assert.Empty(calls);
        Assert.Equal(JobPhase.Starting, life.Status(life.Record!, []).Phase);
    }

    [Fact]
    public async Task A_job_goes_on_as_it_was_when_not_all_of_it_stops_for_a_change()
    {
        await Load(Record());
        doNotLeave = new TimeoutException("a process does not answer");

        await Assert.ThrowsAsync<TimeoutException>(() => life.Rescale(life.Record!, 4));

        Assert.Equal(["stop", "run"], calls);
        Assert.Equal(2, life.Record!.Slots);
    }

    [Fact]
    public async Task What_did_not_stop_when_it_was_to_is_stopped_again()
    {
        await Load(Record());
        doNotLeave = new TimeoutException("a process does not answer");

        await Assert.ThrowsAsync<TimeoutException>(() => life.Stop(life.Record!));
        doNotLeave = null;
        await life.Advance();
        await life.Advance();

        Assert.Equal(["save", "stop", "stop"], calls);
        Assert.False(saved!.Wanted);
    }

    [Fact]
    public async Task A_job_stops_also_where_that_cannot_be_remembered_and_says_so_until_it_is()
    {
        await Load(Record());
        full = new IOException("the storage is full");

        await life.Stop(life.Record!);
        await life.Advance();

        Assert.Equal(["stop"], calls);
        Assert.StartsWith("that the job is stopped could not be written down (the storage is full)", life.Status(life.Record!, []).Problem, StringComparison.Ordinal);
        Assert.Equal("the job is stopped", said[^1]);

        full = null;
        await life.Stop(life.Record!);
        Assert.Null(life.Status(life.Record!, []).Problem);
        Assert.False(saved!.Wanted);
    }

    [Fact]
    public async Task What_cannot_begin_its_generation_tells_why_in_its_status_and_pauses_longer_each_time()
    {
        await Load(Record() with { Generation = 2, Seed = new SeedOrder("20260101T000000.000Z", 1) });
        for (var second = 0; second < 10; second++, clock.Advance(TimeSpan.FromSeconds(1))) await life.Advance();

        var status = life.Status(life.Record!, []);
        Assert.Equal(JobPhase.Failing, status.Phase);
        Assert.Contains("savepoint '20260101T000000.000Z', which job 'spending' is to begin from, is not there", status.Problem, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8], pauses.Select(p => (int)p.TotalSeconds));
        Assert.Empty(calls);
    }

    [Fact]
    public async Task A_surprise_at_the_start_is_tried_again()
    {
        await Load(Record() with { Wanted = false });
        cannotRun = new InvalidOperationException("a surprise");

        Assert.Null(await life.Start(life.Record!));
        Assert.Equal(JobPhase.Failing, life.Status(life.Record!, []).Phase);

        cannotRun = null;
        clock.Advance(TimeSpan.FromSeconds(1));
        await life.Advance();
        Assert.Equal(JobPhase.Starting, life.Status(life.Record!, []).Phase);
        Assert.Equal("the job runs: revision 1, 2 slots", said[^1]);
    }

    [Fact]
    public async Task What_cannot_run_until_it_is_mended_rests_and_is_not_tried_again()
    {
        await Load(Record() with { Wanted = false });
        cannotRun = new JobFailed("its model is gone");

        Assert.Equal("its model is gone", (await life.Start(life.Record!))!.Message);

        Assert.False(saved!.Wanted);
        Assert.Empty(pauses);
    }

    [Fact]
    public async Task That_it_runs_is_said_once_however_often_it_is_looked_after()
    {
        await Load(Record());
        for (var i = 0; i < 3; i++) await life.Advance();
        Assert.Equal(["the job runs: revision 1, 2 slots"], said);
    }

    [Fact]
    public async Task A_job_that_runs_is_not_taken_off_the_list()
    {
        await Load(Record());
        Assert.Equal(RefusalKind.Conflict, (await life.Remove(life.Record!)).Refusal!.Kind);

        await life.Stop(life.Record!);
        Assert.Equal(JobPhase.Stopped, (await life.Remove(life.Record!)).Value!.Phase);
        Assert.Null(life.Record);
        Assert.Equal("forget", calls[^1]);
    }

    /// <summary>As it is once it was looked after; what was called until then is forgotten.</summary>
    private async Task Load(JobRecord record)
    {
        life.Load(saved = record);
        if (record.Seed is not null) return;
        await life.Advance();
        calls.Clear();
    }

    private static JobRecord Record() => new()
    {
        Job = Job, Submission = new JobSubmission { Spec = Spec }, SpecHash = "1", Revision = 1, Fingerprint = "1", Slots = 2, Submitted = DateTimeOffset.UnixEpoch, Wanted = true,
    };

    private const string Spec = """
        job: spending
        sources: { payments: { topic: payments, key: customer, fields: { customer: long, ts: timestamp_ms }, event_time: ts } }
        steps: [ { from: payments }, { rolling: { n: count() over 1h } }, { to: { topic: counted, key: customer } } ]
        """;

    public IModelCatalog Models { get; } = new NoModels();

    public IJobCluster Connect(JobPlan job) => throw away ?? new IOException("there is no cluster here");

    public IBlobStore OpenStorage(JobPlan job) => away is null ? new Empty() : throw away;

    public IReadOnlyDictionary<string, int> Topics() => new Dictionary<string, int> { ["payments"] = 4 };

    public IReadOnlyList<TopicNeed> TopicsOf(JobPlan job, int sourcePartitions, int slots) => [];

    Task<IReadOnlyList<WrittenTopics>> IJobPlace.Others() => Task.FromResult<IReadOnlyList<WrittenTopics>>([]);

    Task IJobPlace.Save(JobRecord record)
    {
        if (full is not null) throw full;
        calls.Add("save");
        saved = record;
        return Task.CompletedTask;
    }

    Task IJobPlace.Forget() => Called("forget", null);

    Task IJobPlace.Run(JobRecord record) => Called("run", cannotRun);

    Task IJobPlace.Stop(JobRecord record) => Called("stop", doNotLeave);

    void IJobPlace.LookAgainIn(TimeSpan pause) => pauses.Add(pause);

    void IJobPlace.Say(string line, JobLogLevel level) => said.Add(line);

    public void Dispose()
    {
        end.Dispose();
        Directory.Delete(root, recursive: true);
    }

    private Task Called(string what, Exception? failure)
    {
        calls.Add(what);
        return failure is null ? Task.CompletedTask : Task.FromException(failure);
    }

    private sealed class Empty : IBlobStore
    {
        public ValueTask Write(string name, Action<Stream> content) => throw new NotSupportedException("nothing is written here");

        public ValueTask<Stream?> Open(string name) => new((Stream?)null);

        public ValueTask<IReadOnlyList<string>> List(string prefix) => new([]);

        public ValueTask Delete(string name) => throw new NotSupportedException("nothing is removed here");
    }
}
