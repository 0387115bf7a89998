using System.Runtime.InteropServices;
using Confluent.Kafka;
using StreamGrains.Kafka.Native;
using TopicPartition = StreamGrains.Engine.Ports.TopicPartition;

namespace StreamGrains.Kafka.Tests;

/// <summary>librdkafka's mock cluster of one broker, for answers that a real one gives only while machines fail. It lives until disposed.</summary>
internal sealed partial class MockCluster : IDisposable
{
    /// <summary>Kafka's numbers for requests.</summary>
    public const short FindCoordinator = 10, InitProducerId = 22;

    private const string Library = "librdkafka";
    private const int Many = 1000;
    private readonly IAdminClient owner;

    static MockCluster() => PackagedLibrary.Follow(Library, typeof(MockCluster).Assembly);

    public MockCluster()
    {
        var config = new AdminClientConfig();
        config.Set("test.mock.num.brokers", "1");
        owner = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var broker = owner.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
        Bootstrap = $"{broker.Host}:{broker.Port}";
    }

    public string Bootstrap { get; }

    /// <summary>Makes a topic appear; returns its partitions.</summary>
    public IEnumerable<TopicPartition> Create(string topic) =>
        owner.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics[0].Partitions.Select(p => new TopicPartition(topic, p.PartitionId));

    /// <summary>Each request of this kind is answered with an error, until <see cref="AnswerAgain"/>.</summary>
    public void Refuse(short request, ErrorCode error) =>
        PushErrors(Of(NativeHandle.Of(owner)), request, Many, [.. Enumerable.Repeat((int)error, Many)]);

    /// <summary>Every answer comes so much later.</summary>
    public void Slow(TimeSpan by) => _ = SetRoundTrip(Of(NativeHandle.Of(owner)), 1, (int)by.TotalMilliseconds);

    /// <summary>Requests of this kind are answered as usual again.</summary>
    public void AnswerAgain(short request) => ClearErrors(Of(NativeHandle.Of(owner)), request);

    /// <summary>Requests are counted from now on.</summary>
    public void Track() => StartTracking(Of(NativeHandle.Of(owner)));

    /// <summary>How many requests of this kind have come since <see cref="Track"/>.</summary>
    public int Requests(short request)
    {
        var all = GetRequests(Of(NativeHandle.Of(owner)), out var count);
        try
        {
            return Enumerable.Range(0, (int)count).Count(i => ApiKey(Marshal.ReadIntPtr(all, i * nint.Size)) == request);
        }
        finally
        {
            DestroyRequests(all, count);
        }
    }

    public void Dispose() => owner.Dispose();

    [LibraryImport(Library, EntryPoint = "rd_kafka_handle_mock_cluster")]
    private static partial nint Of(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushErrors(nint cluster, short request, nuint count, int[] errors);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    private static partial int SetRoundTrip(nint cluster, int broker, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_start_request_tracking")]
    private static partial void StartTracking(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_get_requests")]
    private static partial nint GetRequests(nint cluster, out nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_request_api_key")]
    private static partial short ApiKey(nint request);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_request_destroy_array")]
    private static partial void DestroyRequests(nint requests, nuint count);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    private static partial void ClearErrors(nint cluster, short request);
}
