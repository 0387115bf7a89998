using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Client;
using StreamGrains.Simulation.Jobs;
using StreamGrains.Simulation.Mutations;
using StreamGrains.Simulation.Runs;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Processes;

/// <summary>What everything in one run shares, drawn from its seed.</summary>
internal sealed class SimWorld
{
    private readonly Rng owners;

    public SimWorld(RunOptions options)
    {
        Mutation = options.Mutation;
        Trace = new Trace(options.Trace);
        Scheduler = new Scheduler(new Rng(options.Seed, "order"));
        Trace.Scheduler = Scheduler;
        Rng = new Rng(options.Seed, "world");
        owners = new Rng(options.Seed, "owners");
        Faults = new Faults(options.Seed, options.Only);
        Broker = new SimBroker(Scheduler, Rng, Faults, Trace);
        Network = new Network(Scheduler, Rng, Faults, Trace, Broker);
        Watch = new Watch(this);

        var draw = new Rng(options.Seed, "job");
        Job = draw.Pick(SimJob.All);
        var partitions = draw.Range(1, 4);
        InputPartitions = Job.Plan.Stages.Count == 1 ? [partitions] : [partitions, draw.Range(1, 4)];
        Slots = draw.Range(1, Math.Min(3, partitions));
        Plan = Job.Plan with
        {
            CommitEveryMs = draw.Pick([5, 20, 50, 120]),
            CommitRecords = draw.Pick([15, 60, 10_000]),
            SnapshotEveryMs = draw.Pick([60, 200, 600]),
            SnapshotRecords = draw.Pick([40, 150, 5_000_000]),
            AlignmentMs = draw.Pick([4_000, 30_000, 3_600_000]),
        };
        Broker.Create(Plan.Stages[0].Input.Topic, partitions);
        if (Job.Internal is { } exchange) Broker.Create(exchange, InputPartitions[1]);
        Broker.Create(Plan.JournalTopic, Slots);
        foreach (var sink in Job.Sinks) Broker.Create(sink, draw.Range(1, 3));
        // In a third of the runs one result of sixty is what its topic never takes.
        if (draw.Next(3) == 0) Broker.Refuses = (topic, message) => topic != Plan.DeadLetterTopic && Job.Sinks.Contains(topic) && message.Value is { } value && Crc32C.Of(value) % 60 == 0;
    }

    public Mutation Mutation { get; }

    public Trace Trace { get; }

    public Scheduler Scheduler { get; }

    /// <summary>Delays and sizes: whatever is not a fault, not the workload and not the job.</summary>
    public Rng Rng { get; }

    public Faults Faults { get; }

    public SimBroker Broker { get; }

    public Network Network { get; }

    public BlobDisk Disk { get; } = new();

    public Watch Watch { get; }

    public SimJob Job { get; }

    public JobPlan Plan { get; }

    public IReadOnlyList<int> InputPartitions { get; }

    public int Slots { get; }

    /// <summary>Why the run has failed, once it has.</summary>
    public string? Broken { get; private set; }

    /// <summary>Ends the run as a failure; the first reason stays.</summary>
    public void Break(string message)
    {
        if (Broken is null) Trace.Say("", $"FAILED: {message}");
        Broken ??= message;
    }

    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, owners.Word());
        BitConverter.TryWriteBytes(bytes[8..], owners.Word());
        return new Guid(bytes);
    }

    /// <summary>The blob store as the product gets it.</summary>
    public IBlobStore Mutate(IBlobStore blobs) => MutatedBlobs.Wrap(this, blobs);
}
