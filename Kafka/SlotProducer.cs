using System.Diagnostics;
using Confluent.Kafka;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Encode;
using StreamGrains.Kafka.Native;

namespace StreamGrains.Kafka;

/// <summary>
/// One producer and the way records get into it without an object per record. Within a transaction there are no delivery reports: a lost record fails the
/// commit. Without one, every record is reported.
/// Owner: one <see cref="KafkaSlotLog"/>.
/// </summary>
internal sealed unsafe class SlotProducer : IDisposable
{
    private const int FixedArguments = 6;
    private const int UsualHeaders = 64;
    private static readonly TimeSpan FlushLook = TimeSpan.FromMilliseconds(50), InitLook = TimeSpan.FromMilliseconds(250);

    private readonly nint handle;
    private readonly bool transactional;
    private readonly Dictionary<string, nint> topics = [];
    private volatile string? failure;
    private readonly BoundedClient<IProducer<byte[], byte[]>> calls;
    private readonly CancellationToken giveUp;
    private volatile string? shaken;

    public SlotProducer(ProducerConfig config, bool transactional, CancellationToken giveUp = default)
    {
        (this.transactional, this.giveUp) = (transactional, giveUp);
        var client = new ProducerBuilder<byte[], byte[]>(config)
            .SetLogHandler((_, log) =>
            {
                if (KafkaErrors.TellsOfLostRequest(log)) shaken ??= log.Message;
            })
            .SetErrorHandler((_, error) =>
            {
                if (error.IsFatal) failure = error.Reason;
            })
            .Build();
        handle = NativeHandle.Of(client);
        calls = new BoundedClient<IProducer<byte[], byte[]>>(client, Destroy, () => _ = Librdkafka.Purge(handle, Librdkafka.PurgeAll));
    }

    public IProducer<byte[], byte[]> Client => calls.Client;

    /// <summary>Why the client can deliver nothing any more, or null. Any thread.</summary>
    public string? Failure => failure;

    /// <summary>
    /// How a connection ended, or a request without an answer, or null. librdkafka sends such a request again by itself, on another connection; the first may still arrive, much
    /// later, and a late EndTxn or TxnOffsetCommit would hit whatever transaction of the same epoch is open then (KIP-890). So no new transaction may begin with this producer.
    /// Any thread; the log tells it before the request is sent again.
    /// </summary>
    public string? Shaken => shaken;

    /// <summary>
    /// Shuts out every producer that had the id before. In short calls, each of which goes on where the one before left off: a call that is left would ask again later, and shut out whoever
    /// has opened the slot meanwhile. So who gives up disposes the client before anyone can follow.
    /// </summary>
    public void Init(TimeSpan timeout)
    {
        if (!transactional) return;
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            if (giveUp.IsCancellationRequested) Dispose();
            giveUp.ThrowIfCancellationRequested();
            try
            {
                calls.Call("opening the transactional producer", timeout, c => c.InitTransactions(InitLook));
                return;
            }
            catch (KafkaRetriableException) when (Stopwatch.GetElapsedTime(begun) < timeout)
            {
                // Not open yet: the next call goes on.
            }
        }
    }

    public void Commit(TimeSpan timeout) => calls.Call("committing the transaction", timeout, c => c.CommitTransaction(timeout), giveUp);

    public void Abort(TimeSpan timeout) => calls.Call("aborting the transaction", timeout, c => c.AbortTransaction(timeout), giveUp);

    /// <summary>
    /// Hands all records to librdkafka, which copies them. Waits while its queue is full. Brokers refuse timestamps far ahead of their clock, so a record
    /// with an event time in the future gets the present one; its value keeps the event's.
    /// </summary>
    public void Produce(OutputBuffer outputs, CancellationToken giveUp)
    {
        var bytes = outputs.Bytes.Written;
        var now = Now;
        fixed (byte* start = bytes)
        {
            foreach (var record in outputs.Records)
            {
                var arguments = Arguments(record.Headers, outputs);
                var count = Fill(arguments, record with { Timestamp = Math.Min(record.Timestamp, now) }, outputs, start);
                while (Librdkafka.Produce(handle, arguments, (nuint)count) is var error && error != 0)
                {
                    var code = Librdkafka.ErrorCode(error);
                    var text = Librdkafka.Text(Librdkafka.ErrorString(error));
                    Librdkafka.DestroyError(error);
                    if (code != Librdkafka.QueueFull) throw new KafkaException(new Error((ErrorCode)code, text));
                    giveUp.ThrowIfCancellationRequested();
                    Client.Poll(TimeSpan.FromMilliseconds(10));
                }
            }
        }
    }

    /// <summary>Hands over one record, of whose fate <paramref name="report"/> is told; only with delivery reports on.</summary>
    public void ProduceReported(OutputBuffer outputs, int number, Action<Error> report, CancellationToken giveUp)
    {
        var record = outputs.Records[number];
        var message = new Message<byte[], byte[]>
        {
            Key = Copy(outputs, record.Key)!,
            Value = Copy(outputs, record.Value)!,
            Timestamp = new Timestamp(Math.Min(record.Timestamp, Now), TimestampType.CreateTime),
            Headers = [],
        };
        for (var headers = outputs.Bytes[record.Headers]; HeaderCodec.TryRead(ref headers, out var name, out var value, out var isNull);)
            message.Headers.Add(System.Text.Encoding.UTF8.GetString(name), isNull ? null : value.ToArray());
        ProduceOne(new TopicPartition(outputs.TopicName(record.Topic), record.Partition), message, report, giveUp);
    }

    public void ProduceJournal(string topic, int partition, byte[] record, Action<Error>? report = null) =>
        ProduceOne(new TopicPartition(topic, partition), new Message<byte[], byte[]> { Value = record }, report, CancellationToken.None);

    private void ProduceOne(TopicPartition to, Message<byte[], byte[]> message, Action<Error>? report, CancellationToken giveUp)
    {
        while (true)
        {
            try
            {
                Client.Produce(to, message, report is null ? null : delivery => report(delivery.Error));
                return;
            }
            catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                giveUp.ThrowIfCancellationRequested();
                Client.Poll(TimeSpan.FromMilliseconds(10));
            }
        }
    }

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static byte[]? Copy(OutputBuffer outputs, ByteSlice slice) => slice.Length < 0 ? null : outputs.Bytes[slice].ToArray();

    /// <summary>
    /// Sends offsets with the transaction. False when that takes longer than <paramref name="patience"/> in which no record has got through either (while some do, the cluster is slow, and a
    /// new producer would have it write all of them again): librdkafka looks for the group's coordinator without regard to
    /// <paramref name="timeout"/>, and after some answers only when a connection comes or goes, which may be never. The client is left then; what it may still send has an old epoch once
    /// another producer has been opened, and its records are dropped.
    /// </summary>
    public bool SendOffsets(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata group, TimeSpan timeout, TimeSpan patience)
    {
        return calls.TryCall(Send, patience, () => -Librdkafka.QueueLength(handle), giveUp, out _);

        bool Send(IProducer<byte[], byte[]> client)
        {
            client.SendOffsetsToTransaction(offsets, group, timeout);
            return true;
        }
    }

    /// <summary>
    /// Waits until everything produced so far is acknowledged, or <paramref name="enough"/> is known: a transaction that has failed sends no more of what is queued. False with the reason when it
    /// is not acknowledged.
    /// </summary>
    public bool FlushAll(TimeSpan timeout, out string why, Func<bool>? enough = null)
    {
        if (!calls.TryCall(Flush, timeout + BoundedClient<IProducer<byte[], byte[]>>.Margin, null, giveUp, out var left)) left = 1;
        why = failure ?? (left > 0 ? $"{left} records were not acknowledged within {timeout.TotalSeconds:0} s" : "");
        return why.Length == 0;

        int Flush(IProducer<byte[], byte[]> client)
        {
            for (var end = Stopwatch.GetTimestamp() + (long)(timeout.TotalSeconds * Stopwatch.Frequency); ;)
                if (client.Flush(FlushLook) is var waiting && (waiting == 0 || enough?.Invoke() == true || Stopwatch.GetTimestamp() >= end)) return waiting;
        }
    }

    public void Dispose() => calls.Dispose();

    private void Destroy()
    {
        foreach (var topic in topics.Values) Librdkafka.DestroyTopic(topic);
        Client.Dispose();
    }

    private int Fill(Librdkafka.Argument* arguments, in OutputRecord record, OutputBuffer outputs, byte* start)
    {
        var n = 0;
        arguments[n++] = new() { Tag = Librdkafka.TopicTag, First = Topic(outputs.TopicName(record.Topic)) };
        arguments[n++] = new() { Tag = Librdkafka.PartitionTag, First = record.Partition };
        arguments[n++] = new() { Tag = Librdkafka.FlagsTag, First = Librdkafka.CopyFlag };
        arguments[n++] = new() { Tag = Librdkafka.TimestampTag, First = (nint)record.Timestamp };
        if (record.Key.Length >= 0) arguments[n++] = Bytes(Librdkafka.KeyTag, start, record.Key);
        if (record.Value.Length >= 0) arguments[n++] = Bytes(Librdkafka.ValueTag, start, record.Value);
        if (record.Headers.Length > 0) n += FillHeaders(arguments + n, record.Headers, outputs, start);
        return n;
    }

    /// <summary>The names of headers are followed by a length, not by the zero that C wants, so librdkafka gets copies with one.</summary>
    private int FillHeaders(Librdkafka.Argument* arguments, ByteSlice headers, OutputBuffer outputs, byte* start)
    {
        var rest = outputs.Bytes[headers];
        names.Clear();
        var n = 0;
        // Names first, so that the arena does not move under the pointers.
        for (var all = rest; HeaderCodec.TryRead(ref all, out var name, out _, out _);)
        {
            names.Append(name);
            names.Append([0]);
        }
        namePin ??= new NamePin();
        var at = namePin.Set(names.Written);
        while (HeaderCodec.TryRead(ref rest, out var name, out var value, out var isNull))
        {
            fixed (byte* content = value)
            {
                // The value lies in the outputs' own bytes, which the caller has pinned; an empty one lies nowhere, and is still none that is null.
                var place = isNull ? null : content is null ? start : content;
                arguments[n++] = new() { Tag = Librdkafka.HeaderTag, First = at, Second = (nint)place, Third = value.Length };
            }
            at += name.Length + 1;
        }
        return n;
    }

    /// <summary>Room for a record's arguments, whatever number of headers it has.</summary>
    private Librdkafka.Argument* Arguments(ByteSlice headers, OutputBuffer outputs)
    {
        var needed = FixedArguments;
        for (var rest = outputs.Bytes[headers]; HeaderCodec.TryRead(ref rest, out _, out _, out _);) needed++;
        if (needed > pinnedArguments.Length) pinnedArguments = GC.AllocateUninitializedArray<Librdkafka.Argument>(needed * 2, pinned: true);
        fixed (Librdkafka.Argument* first = pinnedArguments) return first;
    }

    private Librdkafka.Argument[] pinnedArguments = GC.AllocateUninitializedArray<Librdkafka.Argument>(FixedArguments + UsualHeaders, pinned: true);

    private static Librdkafka.Argument Bytes(int tag, byte* start, ByteSlice slice) =>
        new() { Tag = tag, First = (nint)(start + slice.Start), Second = slice.Length };

    private nint Topic(string name)
    {
        if (topics.TryGetValue(name, out var topic)) return topic;
        topic = Librdkafka.NewTopic(handle, name, 0);
        if (topic == 0) throw new KafkaException(new Error(ErrorCode.Local_UnknownTopic, $"'{name}' is not a topic name"));
        return topics[name] = topic;
    }

    private readonly ByteArena names = new();
    private NamePin? namePin;

    /// <summary>Pinned copy of the header names of one record.</summary>
    private sealed class NamePin
    {
        private byte[] pinned = GC.AllocateUninitializedArray<byte>(1024, pinned: true);

        public nint Set(ReadOnlySpan<byte> bytes)
        {
            if (pinned.Length < bytes.Length) pinned = GC.AllocateUninitializedArray<byte>(bytes.Length * 2, pinned: true);
            bytes.CopyTo(pinned);
            fixed (byte* start = pinned) return (nint)start;
        }
    }
}
