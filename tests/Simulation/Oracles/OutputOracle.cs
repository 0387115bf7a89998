using System.Text;
using StreamGrains.Engine.DeadLetters;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.Processes;

namespace StreamGrains.Simulation.Oracles;

/// <summary>Committed output is what the folds expect: each record once, with its key, value and time, and in its processor's order within a partition; dead letters alike.</summary>
internal sealed class OutputOracle
{
    private readonly SimWorld world;
    private readonly Dictionary<string, Dictionary<string, Expected>> expected = [];

    private OutputOracle(SimWorld world, IEnumerable<StageFold> folds)
    {
        this.world = world;
        foreach (var topic in world.Job.Sinks) expected[topic] = [];
        foreach (var fold in folds)
            foreach (var one in fold.Outputs) expected[one.Topic].Add(one.Identity, one);
    }

    public static void Check(SimWorld world, IReadOnlyList<StageFold> folds)
    {
        var oracle = new OutputOracle(world, folds);
        foreach (var topic in world.Job.Sinks)
            foreach (var partition in world.Broker.Of(topic)) oracle.CheckPartition(topic, partition);
        foreach (var one in folds.SelectMany(f => f.Outputs))
            if (one is { Found: false, MayBeMissing: false }) throw new OracleSays($"{one.Identity} never came to '{one.Topic}': processor {one.By.Stage}-{one.By.Partition} should have written it as its record {one.Place}: {one.Value}");
    }

    private void CheckPartition(string topic, Partition partition)
    {
        var last = new Dictionary<StageFold, int>();
        foreach (var entry in partition.All)
        {
            if (!entry.Committed) continue;
            var where = new Where(entry.Offset, partition.Slice);
            var refusedBy = topic == StageFold.DeadLetters ? Headers(entry.Message!).GetValueOrDefault(DeadLetterHeaders.Sink) : null;
            var one = refusedBy is not null ? CheckRefused(refusedBy, where, entry.Message!) : topic == StageFold.DeadLetters ? CheckDeadLetter(where, entry.Message!) : CheckRecord(topic, where, entry.Message!);
            if (one.Found) throw new OracleSays($"{where}: {one.Identity} is there twice");
            one.Found = true;
            // It has left its place among the results.
            if (refusedBy is not null) continue;
            if (last.TryGetValue(one.By, out var before) && one.Place < before) throw new OracleSays($"{where}: {one.Identity} comes after a later record of processor {one.By.Stage}-{one.By.Partition}");
            last[one.By] = one.Place;
        }
    }

    /// <summary>A result that its topic never takes is there as a dead letter, and nothing else is.</summary>
    private Expected CheckRefused(string sink, in Where where, Message message)
    {
        if (!world.Broker.Refuses(sink, message)) throw new OracleSays($"{where}: '{sink}' would take this, and it is a dead letter");
        if (Headers(message).GetValueOrDefault(DeadLetterHeaders.Topic) != world.Plan.Stages[0].Input.Topic) throw new OracleSays($"{where}: it does not name the source");
        return CheckRecord(sink, where, message, anyTime: true);
    }

    private Expected CheckRecord(string topic, in Where where, Message message, bool anyTime = false)
    {
        var value = Encoding.UTF8.GetString(message.Value!);
        // Windows are told by key and start, all others by the id that their first member is.
        var end = topic == "sums" ? value.IndexOf("\"window_end\"", StringComparison.Ordinal) : value.IndexOf(',') + 1;
        if (end <= 0 || !expected[topic].GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(value.AsSpan(0, end), out var one)) throw new OracleSays($"{where}: nobody should have written {value}");
        if (one.Value is { } wanted && wanted != value) throw new OracleSays($"{where}: it is {value} and should be {wanted}");
        var key = message.Key is null ? null : Encoding.UTF8.GetString(message.Key);
        if (key != one.Key) throw new OracleSays($"{where}: the key of {value} is {key} and should be {one.Key}");
        if (!anyTime && message.Timestamp != one.Time) throw new OracleSays($"{where}: the time of {value} is {message.Timestamp} and should be {one.Time}");
        return one;
    }

    private Expected CheckDeadLetter(in Where where, Message message)
    {
        var headers = Headers(message);
        var (partition, offset) = (headers.GetValueOrDefault(DeadLetterHeaders.Partition), headers.GetValueOrDefault(DeadLetterHeaders.Offset));
        if (!expected[StageFold.DeadLetters].TryGetValue($"{partition}/{offset}", out var one)) throw new OracleSays($"{where}: source offset {offset} of partition {partition} is no dead letter");
        var reason = headers.GetValueOrDefault(DeadLetterHeaders.Reason, "");
        if (!reason.StartsWith(one.Reason!, StringComparison.Ordinal)) throw new OracleSays($"{where}: its reason is \"{reason}\" and should begin \"{one.Reason}\"");
        var source = world.Plan.Stages[0].Input.Topic;
        if (headers.GetValueOrDefault(DeadLetterHeaders.Topic) != source) throw new OracleSays($"{where}: it does not name topic '{source}'");
        if (one.By.Stage > 0) return one;
        var original = world.Broker[new TopicPartition(source, int.Parse(partition!))];
        var record = original.All[original.IndexOf(long.Parse(offset!))].Message!;
        if (!Same(record.Value, message.Value) || !Same(record.Key, message.Key)) throw new OracleSays($"{where}: it is not the record at offset {offset} of {original.Slice}");
        return one;
    }

    /// <summary>A place in a topic, put into words only when something is wrong there.</summary>
    private readonly record struct Where(long Offset, TopicPartition Slice)
    {
        public override string ToString() => $"offset {Offset} of {Slice}";
    }

    private static bool Same(byte[]? a, byte[]? b) => a is null ? b is null : b is not null && a.AsSpan().SequenceEqual(b);

    private static Dictionary<string, string> Headers(Message message)
    {
        var headers = new Dictionary<string, string>();
        for (ReadOnlySpan<byte> rest = message.Headers; HeaderCodec.TryRead(ref rest, out var name, out var value, out _);)
            headers[Encoding.UTF8.GetString(name)] = Encoding.UTF8.GetString(value);
        return headers;
    }
}
