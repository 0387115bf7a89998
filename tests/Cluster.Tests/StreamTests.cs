using Orleans.Serialization;
using Orleans.TestingHost;
using StreamGrains.Cluster.Tests.Support;
using StreamGrains.Contracts.Control;
using StreamGrains.Grains;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Silo;
using StreamGrains.Streams.Sample;

namespace StreamGrains.Cluster.Tests;

/// <summary>Results of a job on Orleans streams, counted by the grain of samples/streams: silos of one process, a real broker.</summary>
[Collection(ClusterCollection.Name)]
public sealed class StreamTests(LazyBroker broker) : IAsyncDisposable
{
    private const string Alerts = "- to: { stream: { provider: alerts, namespace: fraud, key: key }, fields: [key, n] }";

    private readonly string directory = Directory.CreateTempSubdirectory("streamgrains-streams-").FullName;
    private readonly LastingStorage storage = new();
    private readonly LastingQueues queues = new();
    private InProcessTestCluster? cluster;

    [ClusterFact]
    public async Task Memory_streams_bring_every_alert_to_the_grain_of_its_customer_over_a_stop_and_other_slots_too_and_what_has_gone_is_deleted()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 4, Alerts);
        await Start(silos: 1, silo => silo.AddMemoryStreams("alerts").AddMemoryGrainStorage("PubSubStore"));
        var grain = await Submit(job);
        job.BeginLoad();
        await Until(async () => (await Counts()).Sum(c => c.Alerts) >= 1_000, "alerts arrive");

        await grain.Stop();
        var stopped = (await Counts()).Sum(c => c.Alerts);
        await grain.Start();
        await Until(async () => (await Counts()).Sum(c => c.Alerts) > stopped, "alerts go on");
        Assert.True((await grain.Rescale(2)).Ok);

        job.EndLoad();
        await UntilAllAreCounted(job);
        await grain.Stop();
        Assert.Empty(TestTopics.ReadCommitted(broker.Bootstrap, $"{job.Name}.alerts.fraud.stream"));
    }

    [ClusterFact]
    public async Task A_killed_silo_and_lost_answers_repeat_alerts_at_most_and_leave_none_out()
    {
        queues.LostAnswers = 50;
        using var job = new CountingJob(broker.Bootstrap, partitions: 4, Alerts);
        await Start(silos: 2, silo => queues.AddTo(silo, "alerts"));
        await Submit(job);
        job.BeginLoad();
        await Until(async () => (await Counts()).Sum(c => c.Alerts) >= 1_000, "alerts arrive");

        // One that the client is not connected to.
        await cluster!.KillSiloAsync(cluster.Silos[1]);
        var killed = (await Counts()).Sum(c => c.Alerts);
        await Until(async () => (await Counts()).Sum(c => c.Alerts) >= killed + 1_000, "alerts go on");
        await cluster.StartAdditionalSiloAsync();

        job.EndLoad();
        await UntilAllAreCounted(job);
        Assert.True((await Counts()).Sum(c => c.Repeated) >= 50, "what came twice was dropped");
    }

    [ClusterFact]
    public async Task While_a_provider_takes_nothing_results_wait_and_the_job_goes_on()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 2, Alerts);
        queues.Down = true;
        await Start(silos: 1, silo => queues.AddTo(silo, "alerts"));
        var grain = await Submit(job);
        job.BeginLoad();
        await Until(() => Task.FromResult(queues.Refused > 10), "the provider turns results away");
        job.EndLoad();
        job.CheckComplete(() => "");

        Assert.Equal(0, (await Counts()).Sum(c => c.Alerts));
        Assert.Contains((await grain.Log(0, 100)).Value!, l => l.Text.Contains("stream fraud of provider alerts, slot 0: results wait, and are tried again: the queue is down", StringComparison.Ordinal));
        queues.Down = false;
        await UntilAllAreCounted(job);
    }

    [ClusterFact]
    public async Task A_provider_that_the_silo_does_not_have_is_refused_by_name()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 2, Alerts.Replace("alerts", "alert", StringComparison.Ordinal));
        await Start(silos: 1, silo => silo.AddMemoryStreams("alerts").AddMemoryStreams("other").AddMemoryGrainStorage("PubSubStore"));

        var answer = await cluster!.Client.GetGrain<IJobGrain>(job.Name).Submit(new JobSubmission { Spec = job.Spec });

        Assert.Equal(
            $"job '{job.Name}' writes to stream 'fraud' of provider 'alert', and the silo has no stream provider of that name. Did you mean 'alerts'?", answer.Refusal!.Message);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private async Task Start(short silos, Action<ISiloBuilder> streams)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            storage.AddTo(silo, GrainStorage.Name, CustomerAlerts.Storage);
            streams(silo.AddJobs(new SiloSettings { Kafka = { Bootstrap = broker.Bootstrap }, Storage = directory, Data = Path.Combine(directory, "data"), Lanes = 1 }));
        });
        builder.ConfigureClient(client => client.Services.AddSerializer(s => s.AddStreamGrains()));
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    private async Task<IJobGrain> Submit(CountingJob job)
    {
        var grain = cluster!.Client.GetGrain<IJobGrain>(job.Name);
        var answer = await grain.Submit(new JobSubmission { Spec = job.Spec });
        Assert.True(answer.Ok, answer.Refusal?.Message);
        await Until(async () => (await grain.Status()).Value!.Phase == JobPhase.Running, "the job runs");
        return grain;
    }

    private Task<AlertCount[]> Counts() => Task.WhenAll(Enumerable.Range(0, CountingJob.Keys).Select(k => cluster!.Client.GetGrain<ICustomerAlerts>($"{k}").Count()));

    private async Task UntilAllAreCounted(CountingJob job)
    {
        await Until(async () => (await Counts()).All(c => c.Alerts >= job.PerKey), "every alert is counted");
        Assert.All(await Counts(), c => Assert.Equal(job.PerKey, c.Alerts));
    }

    private static async Task Until(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!await Quietly(condition))
            Assert.True(!patience.IsCancellationRequested && await look.WaitForNextTickAsync(), $"it did not come to this within a minute: {what}");
    }

    /// <summary>A grain of a silo that has just been killed does not answer.</summary>
    private static async Task<bool> Quietly(Func<Task<bool>> condition)
    {
        try
        {
            return await condition();
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            return false;
        }
    }
}
