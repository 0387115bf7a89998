using StreamGrains.Engine.Journal;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Snapshots;
using StreamGrains.Simulation.Client;
using StreamGrains.Simulation.Oracles;
using StreamGrains.Simulation.Processes;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Runs;

/// <summary>The faults that hit whole processes, the broker and the disk; those of single messages strike in the clients.</summary>
internal sealed class Chaos
{
    private const int MostProcesses = 5;

    private static readonly Fault[] Blows =
    [
        Fault.Crash, Fault.Pause, Fault.LongPause, Fault.SecondOwner, Fault.Zombie, Fault.Move, Fault.OtherLanes, Fault.BrokerRestart, Fault.ClockJump, Fault.Retention, Fault.OffsetsExpired, Fault.HolesCut, Fault.OthersJournal,
        Fault.BlobTorn, Fault.BlobTruncated, Fault.BlobFlipped, Fault.BlobMissing, Fault.BlobOld,
    ];

    private readonly SimWorld world;
    private readonly Fleet fleet;
    private readonly Rng rng;

    public Chaos(SimWorld world, Fleet fleet, ulong seed)
    {
        (this.world, this.fleet) = (world, fleet);
        rng = new Rng(seed, "chaos");
    }

    /// <summary>Strikes now and again until the calm.</summary>
    public void Go()
    {
        if (!world.Faults.Active) return;
        var first = rng.Next(Blows.Length);
        for (var i = 0; i < Blows.Length; i++)
        {
            var blow = Blows[(first + i) % Blows.Length];
            if (!world.Faults.Strike(blow, () => Possible(blow))) continue;
            Strike(blow);
            break;
        }
        world.Scheduler.After(rng.Range(3_000, 120_000), null, Go);
    }

    private bool Possible(Fault blow) => blow switch
    {
        Fault.SecondOwner or Fault.Zombie => fleet.Any() is not null && fleet.Processes.Count < MostProcesses,
        Fault.Move => !fleet.Alone && fleet.Processes.Count > 1,
        Fault.Retention => Retainable().Any(),
        Fault.BrokerRestart or Fault.OffsetsExpired or Fault.OthersJournal => true,
        Fault.HolesCut => Holes().Any(),
        >= Fault.BlobTorn and <= Fault.BlobOld => Target(blow) is not null,
        _ => fleet.Any() is not null,
    };

    private void Strike(Fault blow)
    {
        switch (blow)
        {
            case Fault.Crash: fleet.Any()!.Crash("between two steps"); break;
            case Fault.Pause: Pause(fleet.Any()!, rng.Range(5_000, 800_000)); break;
            case Fault.LongPause: Pause(fleet.Any()!, rng.Range(4_100_000, 7_000_000)); break;
            case Fault.SecondOwner: SecondOwner(); break;
            case Fault.Zombie: Zombie(fleet.Any()!); break;
            case Fault.Move: fleet.Move(rng.Next(world.Slots), tell: true); break;
            case Fault.OtherLanes: fleet.Any()!.Stop(); break;
            case Fault.ClockJump: fleet.Any()!.JumpAhead(rng.Range(50_000, 60_000_000)); break;
            case Fault.Retention: Cut(Retainable()); break;
            case Fault.HolesCut: Cut(Holes()); break;
            case Fault.OffsetsExpired: Expire(); break;
            case Fault.OthersJournal: Scribble(); break;
            case Fault.BrokerRestart:
                world.Broker.DownUntil = world.Scheduler.Now + rng.Range(20_000, rng.Next(4) == 0 ? 5_000_000 : 600_000);
                world.Trace.Say("", $"the broker is away for {(world.Broker.DownUntil - world.Scheduler.Now) / 1000} ms");
                break;
            default: Damage(blow, Target(blow)!.Value); break;
        }
    }

    private void Pause(SimProcess process, long time)
    {
        process.Pause();
        world.Scheduler.After(time, null, process.Resume);
    }

    private void SecondOwner()
    {
        if (fleet.Alone) fleet.Start(Ownership.Alone);
        else fleet.Move(rng.Next(world.Slots), tell: false);
    }

    /// <summary>Stands still for longer than the transaction timeout while others take what it has.</summary>
    private void Zombie(SimProcess process)
    {
        Pause(process, rng.Range(1_000_000, 6_000_000));
        world.Scheduler.After(rng.Range(10_000, 500_000), null, () =>
        {
            if (process.Dead || !process.Paused) return;
            if (fleet.Alone) fleet.Start(Ownership.Alone);
            else
                for (var slot = 0; slot < world.Slots; slot++)
                    if (fleet.OwnerOf(slot) == process) fleet.Move(slot, tell: false);
        });
    }

    /// <summary>Source records that lie before what both snapshots of their processor need.</summary>
    private IEnumerable<(Broker.Partition Partition, long Before)> Retainable()
    {
        for (var p = 0; p < world.InputPartitions[0]; p++)
        {
            var mark = CommittedJournal.Last(world, p % world.Slots)?.Processors.FirstOrDefault(m => m.Id == new ProcessorId(0, p));
            var partition = world.Broker[new TopicPartition(world.Plan.Stages[0].Input.Topic, p)];
            if (mark is { Snapshots.Count: 2 } && partition.Start < mark.Snapshots[1].Position) yield return (partition, mark.Snapshots[1].Position);
        }
    }

    /// <summary>Offsets behind what both snapshots need that hold no record, as far as commits have come.</summary>
    private IEnumerable<(Broker.Partition Partition, long Before)> Holes()
    {
        for (var p = 0; p < world.InputPartitions[0]; p++)
        {
            if (CommittedJournal.Last(world, p % world.Slots)?.Processors.FirstOrDefault(m => m.Id == new ProcessorId(0, p)) is not { } mark) continue;
            var partition = world.Broker[new TopicPartition(world.Plan.Stages[0].Input.Topic, p)];
            var from = mark.Snapshots.Count == 2 ? mark.Snapshots[1].Position : mark.Start;
            var before = partition.NextCommitted(from) is { } record ? Math.Min(record, mark.Position) : mark.Position;
            if (before > from && before > partition.Start) yield return (partition, before);
        }
    }

    /// <summary>Quiet partitions lose their offsets one at a time.</summary>
    private void Expire()
    {
        if (world.Broker.Group.Count == 0) return;
        var slice = rng.Pick([.. world.Broker.Group.Keys]);
        world.Broker.ExpireOffset(slice);
        world.Trace.Say("", $"the group's offset of {slice} expires");
    }

    private void Scribble()
    {
        var slice = new TopicPartition(world.Plan.JournalTopic, rng.Next(world.Slots));
        var record = new JournalRecord("other", rng.Range(1, 1000), Guid.Empty, 0, 0, 1, rng.Chance(0.5), [], []);
        world.Broker[slice].Append(new Broker.Message(null, JournalCodec.Encode(record), [], 0));
        world.Trace.Say("", $"another job writes to {slice}");
    }

    private void Cut(IEnumerable<(Broker.Partition Partition, long Before)> removable)
    {
        foreach (var (partition, before) in removable.ToList())
        {
            partition.Trim(before);
            world.Trace.Say("", $"retention removes {partition.Slice} up to {partition.Start}");
        }
    }

    /// <summary>A snapshot that may be damaged: while none of its processor's others is, so that there is a way back.</summary>
    private (string Name, Blob Blob)? Target(Fault damage)
    {
        var candidates = new List<(string, Blob)>();
        foreach (var (name, blob) in world.Disk.Blobs)
        {
            var prefix = name[..(name.LastIndexOf('/') + 1)];
            if (world.Disk.Blobs.Any(b => b.Value.Damaged && b.Key.StartsWith(prefix, StringComparison.Ordinal)) || !HasOtherWay(name, prefix)) continue;
            if (damage != Fault.BlobOld || OlderThan(name) is not null) candidates.Add((name, blob));
        }
        return candidates.Count == 0 ? null : rng.Pick(candidates);
    }

    /// <summary>Without this snapshot there is another that the journal names, or everything from the beginning.</summary>
    private bool HasOtherWay(string name, string prefix)
    {
        foreach (var slot in Enumerable.Range(0, world.Slots))
        {
            var mark = CommittedJournal.Last(world, slot)?.Processors.FirstOrDefault(m => prefix == SnapshotName.Prefix(world.Plan.Name, m.Id));
            if (mark is null) continue;
            var input = world.Broker[new TopicPartition(world.Plan.Stages[mark.Id.Stage].Input.Topic, mark.Id.Partition)];
            return mark.Snapshots.Any(s => s.Name != name) || (input.Start <= mark.Start && world.Broker[new TopicPartition(world.Plan.JournalTopic, slot)].Start == 0);
        }
        return true;
    }

    private Blob? OlderThan(string name)
    {
        var prefix = name[..(name.LastIndexOf('/') + 1)];
        return world.Disk.EverDurable.Where(b => b.Key.StartsWith(prefix, StringComparison.Ordinal) && Number(b.Key) < Number(name)).OrderByDescending(b => Number(b.Key)).Select(b => b.Value).FirstOrDefault();
    }

    private static long Number(string name) => SnapshotName.TrySequence(name, out var sequence) ? sequence : -1;

    private void Damage(Fault damage, (string Name, Blob Blob) target)
    {
        var (name, blob) = target;
        world.Trace.Say("", $"{damage}: {name}");
        blob.Damaged = true;
        var bytes = (byte[])blob.Written.Clone();
        switch (damage)
        {
            case Fault.BlobMissing:
                blob.Content = null;
                return;
            case Fault.BlobTorn:
                blob.Content = bytes[..rng.Next(bytes.Length)];
                return;
            case Fault.BlobTruncated:
                blob.Content = bytes[..rng.Next(bytes.Length)];
                blob.Length = blob.Content.Length;
                return;
            case Fault.BlobFlipped:
                bytes[rng.Next(bytes.Length)] ^= (byte)(1 << rng.Next(8));
                blob.Content = bytes;
                return;
            default:
                blob.Content = OlderThan(name)!.Written;
                blob.Length = blob.Content.Length;
                return;
        }
    }
}
