using System.Runtime.InteropServices;
using Confluent.Kafka;
using StreamGrains.Kafka.Native;

namespace StreamGrains.Kafka.Tests;

/// <summary>librdkafka's mock cluster of one broker, for answers that a real one gives only while machines fail. It lives until disposed.</summary>
internal sealed partial class MockCluster : IDisposable
{
    /// <summary>Kafka's number for the request FindCoordinator.</summary>
    public const short FindCoordinator = 10;

    private const string Library = "librdkafka";
    private const int Many = 1000;
    private readonly IAdminClient owner;

    static MockCluster() => NativeLibraryChoice.Follow(Library, typeof(MockCluster).Assembly);

    public MockCluster()
    {
        var config = new AdminClientConfig();
        config.Set("test.mock.num.brokers", "1");
        owner = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        var broker = owner.GetMetadata(TimeSpan.FromSeconds(10)).Brokers[0];
        Bootstrap = $"{broker.Host}:{broker.Port}";
    }

    public string Bootstrap { get; }

    /// <summary>Makes a topic appear.</summary>
    public void Create(string topic) => owner.GetMetadata(topic, TimeSpan.FromSeconds(10));

    /// <summary>Each request of this kind is answered with an error, until <see cref="AnswerAgain"/>.</summary>
    public void Refuse(short request, ErrorCode error) =>
        PushErrors(Of(NativeHandle.Of(owner)), request, Many, [.. Enumerable.Repeat((int)error, Many)]);

    /// <summary>Every answer comes so much later.</summary>
    public void Slow(TimeSpan by) => _ = SetRoundTrip(Of(NativeHandle.Of(owner)), 1, (int)by.TotalMilliseconds);

    /// <summary>Requests of this kind are answered as usual again.</summary>
    public void AnswerAgain(short request) => ClearErrors(Of(NativeHandle.Of(owner)), request);

    public void Dispose() => owner.Dispose();

    [LibraryImport(Library, EntryPoint = "rd_kafka_handle_mock_cluster")]
    private static partial nint Of(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    private static partial void PushErrors(nint cluster, short request, nuint count, int[] errors);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    private static partial int SetRoundTrip(nint cluster, int broker, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    private static partial void ClearErrors(nint cluster, short request);
}
