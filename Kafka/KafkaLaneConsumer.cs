using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Ports;
using StreamGrains.Kafka.Native;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka;

/// <summary>
/// One lane's consumer: manual assignment, committed records only, batches straight from librdkafka's queue into the inboxes. Owner: the lane, on its thread.
/// </summary>
internal sealed unsafe class KafkaLaneConsumer : ILaneConsumer
{
    private const int BatchSize = 1024;

    private readonly IConsumer<Null, Null> consumer;
    private readonly BoundedClient<IConsumer<Null, Null>> client;
    private readonly nint handle, queue;
    private readonly Librdkafka.Message*[] messages = new Librdkafka.Message*[BatchSize];
    private readonly Dictionary<TopicPartition, Inbox> inboxes = [];
    private readonly Dictionary<(nint Topic, int Partition), Route> routes = [];
    private (nint Topic, int Partition) lastKey;
    private Route? lastRoute;
    private InputGone? gone;
    private int moved;
    private long movedBytes, large;

    public KafkaLaneConsumer(ConsumerConfig config)
    {
        consumer = new ConsumerBuilder<Null, Null>(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        handle = NativeHandle.Of(consumer);
        queue = Librdkafka.ConsumerQueue(handle);
        client = new BoundedClient<IConsumer<Null, Null>>(consumer);
    }

    public void Assign(TopicPartition partition, long offset, Inbox inbox)
    {
        inboxes[partition] = inbox;
        ForgetRoutes();
        // A client that is connected looks only once a second for topics whose leaders it does not know; this makes it ask at once.
        Librdkafka.DestroyTopic(Librdkafka.NewTopic(handle, partition.Topic, 0));
        consumer.IncrementalAssign([new TopicPartitionOffset(partition.Topic, partition.Partition, offset)]);
    }

    public void Unassign(TopicPartition partition)
    {
        if (!inboxes.Remove(partition)) return;
        ForgetRoutes();
        consumer.IncrementalUnassign([new Confluent.Kafka.TopicPartition(partition.Topic, partition.Partition)]);
    }

    public void SetPaused(TopicPartition partition, bool paused)
    {
        Confluent.Kafka.TopicPartition[] one = [new(partition.Topic, partition.Partition)];
        if (paused) consumer.Pause(one);
        else consumer.Resume(one);
    }

    public int Poll(int maxRecords, long maxBytes, int waitMs, Action<TopicPartition, long> atEnd)
    {
        (moved, movedBytes) = (0, 0);
        // The call waits until the array is full, so waiting is for one message and taking is without waiting.
        var got = waitMs > 0 ? Fetch(1, waitMs, atEnd) : 1;
        while (got > 0 && moved < maxRecords && movedBytes < maxBytes) got = Fetch(Math.Min(Within(maxBytes - movedBytes), maxRecords - moved), 0, atEnd);
        return moved;
    }

    /// <summary>How many records of the size that comes at present have so many bytes.</summary>
    private int Within(long bytes) => (int)Math.Clamp(bytes / Math.Max(1, large), 1, BatchSize);

    public void Dispose()
    {
        Librdkafka.DestroyQueue(queue);
        // Close says goodbye to a group that manual assignment never joined; disposing alone is enough and quick.
        client.Dispose();
    }

    private int Fetch(int size, int waitMs, Action<TopicPartition, long> atEnd)
    {
        int got;
        large -= large / 8;
        fixed (Librdkafka.Message** array = messages) got = (int)Librdkafka.ConsumeBatch(queue, waitMs, array, (nuint)size);
        var at = 0;
        try
        {
            for (; at < got; at++)
            {
                Take(messages[at], atEnd);
                Librdkafka.DestroyMessage(messages[at]);
            }
        }
        catch
        {
            for (; at < got; at++) Librdkafka.DestroyMessage(messages[at]);
            throw;
        }
        // Thrown only now, so that nothing of the others is left out.
        if (gone is not { } reason) return got;
        gone = null;
        throw reason;
    }

    private void Take(Librdkafka.Message* message, Action<TopicPartition, long> atEnd)
    {
        if (message->Error != 0 && message->Error != Librdkafka.PartitionEof)
        {
            // Its payload is the error's text, and no record.
            Fail(message);
            return;
        }
        var route = Find(message);
        if (route is null) return;
        if (message->Error == Librdkafka.PartitionEof)
        {
            atEnd(route.Slice, message->Offset);
            return;
        }
        var bytes = route.Inbox.Bytes;
        var key = message->Key == 0 ? OutputBuffer.Null : bytes.Append(new ReadOnlySpan<byte>((void*)message->Key, (int)message->KeyLength));
        var value = message->Payload == 0 ? OutputBuffer.Null : bytes.Append(new ReadOnlySpan<byte>((void*)message->Payload, (int)message->Length));
        var timestamp = Librdkafka.Timestamp(message, out _);
        route.Inbox.Add(new RawRecord(message->Offset, timestamp, key, value, CopyHeaders(message, bytes)));
        moved++;
        var size = (long)(message->KeyLength + message->Length);
        movedBytes += size;
        large = Math.Max(large, size);
    }

    private static ByteSlice CopyHeaders(Librdkafka.Message* message, ByteArena bytes)
    {
        if (Librdkafka.Headers(message, out var headers) != 0) return default;
        var start = bytes.Length;
        for (nuint i = 0; Librdkafka.Header(headers, i, out var name, out var value, out var size) == 0; i++)
        {
            var nameBytes = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)name);
            HeaderCodec.Append(bytes, nameBytes, new ReadOnlySpan<byte>((void*)value, (int)size), value == 0);
        }
        return new ByteSlice(start, bytes.Length - start);
    }

    private Route? Find(Librdkafka.Message* message)
    {
        var key = (message->Topic, message->Partition);
        if (lastRoute is not null && key == lastKey) return lastRoute;
        if (!routes.TryGetValue(key, out var route))
        {
            var slice = new TopicPartition(Librdkafka.Text(Librdkafka.TopicName(message->Topic)), message->Partition);
            if (!inboxes.TryGetValue(slice, out var inbox)) return null;
            routes[key] = route = new Route(slice, inbox);
        }
        (lastKey, lastRoute) = (key, route);
        return route;
    }

    private void ForgetRoutes()
    {
        routes.Clear();
        lastRoute = null;
    }

    private void Fail(Librdkafka.Message* message)
    {
        var error = new Error((ErrorCode)message->Error, Librdkafka.Text(Librdkafka.ErrorText(message->Error)));
        var topic = message->Topic == 0 ? "the cluster" : $"{Librdkafka.Text(Librdkafka.TopicName(message->Topic))}[{message->Partition}]";
        if (message->Topic != 0 && KafkaErrors.WhyGone(error.Code) is { } why)
            gone ??= new InputGone(new TopicPartition(Librdkafka.Text(Librdkafka.TopicName(message->Topic)), message->Partition), $"reading {topic}: {why}");
        else KafkaErrors.ThrowIfHopeless(error, $"reading {topic}");
    }

    private sealed record Route(TopicPartition Slice, Inbox Inbox);
}
