using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.TestingHost;
using StreamGrains.Cluster.Tests.Support;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;
using StreamGrains.Grains;
using StreamGrains.Grains.Interfaces;
using StreamGrains.Silo;

namespace StreamGrains.Cluster.Tests;

/// <summary>Single activation is not a fence: two silos that both run a slot, on purpose. Silos of one process, so that the test reaches into them.</summary>
[Collection(ClusterCollection.Name)]
public sealed class StaleOwnerTests(LazyBroker broker) : IAsyncDisposable
{
    private readonly string storage = Directory.CreateTempSubdirectory("streamgrains-stale-").FullName;
    private InProcessTestCluster? cluster;

    [ClusterFact]
    public async Task Of_two_owners_of_a_slot_the_older_writes_nothing_and_the_grain_has_it_back_when_the_other_lets_go()
    {
        using var job = new CountingJob(broker.Bootstrap, partitions: 2);
        await Start();
        var grain = cluster!.Client.GetGrain<IJobGrain>(job.Name);
        Assert.Equal(SubmitOutcome.Created, (await grain.Submit(new JobSubmission { Spec = job.Spec })).Value!.Outcome);
        await UntilRunning(grain);
        job.BeginLoad();
        var owner = (await grain.Status()).Value!.Slots[0].Owner;
        var other = cluster.Silos.First(s => s.Name != owner);
        var intruder = cluster.GetSiloServiceProvider(other.SiloAddress).GetRequiredService<JobHost>();
        var plans = cluster.GetSiloServiceProvider(other.SiloAddress).GetRequiredService<PlanCache>();

        intruder.Take(await plans.Of(job.Name, new SlotOrder(Run, 1, new JobSubmission { Spec = job.Spec })), Run, slot: 0);
        await Until(async () => (await Partition(job, 0).Status()).Slot is { Phase: SlotPhase.Failed, LastFailure.Kind: FailureKind.Fenced }, "the grain's owner is fenced");
        await Until(() => Task.FromResult(intruder.Report(job.Name).Slots.Any(s => s is { Slot: 0, Phase: SlotPhase.Running })), "the intruder runs the slot");
        await intruder.Release(job.Name, 0);
        await UntilRunning(grain);

        job.EndLoad();
        job.CheckComplete(() => "");
        Assert.Equal(owner, (await grain.Status()).Value!.Slots[0].Owner);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
        Directory.Delete(storage, recursive: true);
    }

    /// <summary>Run of generation 1, revision 1.</summary>
    private static int Run => (1 << 16) + 1;

    private async Task Start()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorage(GrainStorage.Name).AddJobs(new SiloSettings
        {
            Kafka = { Bootstrap = broker.Bootstrap },
            Storage = storage,
            Data = Path.Combine(storage, "data"),
            Lanes = 1,
        }));
        builder.ConfigureClient(client => client.Services.AddSerializer(s => s.AddStreamGrains()));
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    private IPartitionGrain Partition(CountingJob job, int slot) => cluster!.Client.GetGrain<IPartitionGrain>(new SlotKey(job.Name, slot).ToString());

    private static Task UntilRunning(IJobGrain grain) => Until(async () => (await grain.Status()).Value!.Phase == JobPhase.Running, "the job runs");

    private static async Task Until(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await condition())
            Assert.True(!patience.IsCancellationRequested && await look.WaitForNextTickAsync(), $"it did not come to this within a minute: {what}");
    }
}
