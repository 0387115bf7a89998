using System.Runtime.InteropServices;

namespace StreamGrains.Kafka.Native;

/// <summary>
/// The few calls into librdkafka that Confluent.Kafka has no form for without an object per record: batch consume, and produce from our own memory. They work
/// on the handles of Confluent.Kafka's clients, which stay the owners. Signatures: librdkafka's rdkafka.h.
/// </summary>
internal static partial class Librdkafka
{
    private const string Library = "librdkafka";

    static Librdkafka() => PackagedLibrary.Follow(Library);

    public const int PartitionEof = -191, QueueFull = -184;

    /// <summary>RD_KAFKA_PURGE_F_QUEUE, _INFLIGHT and _NON_BLOCKING.</summary>
    public const int PurgeAll = 1 | 2 | 4;

    /// <summary>rd_kafka_message_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Error;
        public nint Topic;
        public int Partition;
        public nint Payload;
        public nuint Length;
        public nint Key;
        public nuint KeyLength;
        public long Offset;
        public nint Private;
    }

    /// <summary>rd_kafka_vu_t: a tag and a union of 64 bytes, of which three words are ever used here.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 72)]
    public struct Argument
    {
        public int Tag;
        public nint First;
        public nint Second;
        public nint Third;
    }

    /// <summary>Tags of rd_kafka_vtype_t.</summary>
    public const int TopicTag = 2, PartitionTag = 3, ValueTag = 4, KeyTag = 5, FlagsTag = 7, TimestampTag = 8, HeaderTag = 9;

    /// <summary>RD_KAFKA_MSG_F_COPY.</summary>
    public const nint CopyFlag = 2;

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint ConsumerQueue(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void DestroyQueue(nint queue);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static unsafe partial nint ConsumeBatch(nint queue, int timeoutMs, Message** messages, nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_destroy")]
    public static unsafe partial void DestroyMessage(Message* message);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_timestamp")]
    public static unsafe partial long Timestamp(Message* message, out int type);

    [LibraryImport(Library, EntryPoint = "rd_kafka_message_headers")]
    public static unsafe partial int Headers(Message* message, out nint headers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_header_get_all")]
    public static partial int Header(nint headers, nuint index, out nint name, out nint value, out nuint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_name")]
    public static partial nint TopicName(nint topic);

    [LibraryImport(Library, EntryPoint = "rd_kafka_err2str")]
    public static partial nint ErrorText(int error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewTopic(nint client, string name, nint config);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void DestroyTopic(nint topic);

    /// <summary>Returns an rd_kafka_error_t, or zero for success.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_produceva")]
    public static unsafe partial nint Produce(nint client, Argument* arguments, nuint count);

    /// <summary>Records that have not been acknowledged yet.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_outq_len")]
    public static partial int QueueLength(nint client);

    /// <summary>Drops records that are queued or on their way; does not wait for it.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_purge")]
    public static partial int Purge(nint client, int flags);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_code")]
    public static partial int ErrorCode(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_string")]
    public static partial nint ErrorString(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void DestroyError(nint error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_clusterid")]
    private static partial nint ClusterId(nint client, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mem_free")]
    private static partial void Free(nint client, nint memory);

    /// <summary>The cluster's own name for itself, or null when it gives none in time.</summary>
    public static string? ClusterId(nint client, TimeSpan timeout)
    {
        var id = ClusterId(client, (int)timeout.TotalMilliseconds);
        if (id == 0) return null;
        var text = Text(id);
        Free(client, id);
        return text;
    }

    public static string Text(nint utf8) => Marshal.PtrToStringUTF8(utf8) ?? "";
}
