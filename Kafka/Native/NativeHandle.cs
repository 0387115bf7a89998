using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using StreamGrains.Engine;

namespace StreamGrains.Kafka.Native;

/// <summary>
/// The librdkafka handle behind a Confluent.Kafka client. Confluent.Kafka keeps it internal, so it is read by reflection, once per client; a version that hides it
/// elsewhere is refused here in words, and a test shows it before a release.
/// </summary>
internal static class NativeHandle
{
    private static readonly PropertyInfo? Property = typeof(Handle).GetProperty("LibrdkafkaHandle", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public);

    /// <summary>The handle; valid while <paramref name="client"/> is not disposed.</summary>
    public static nint Of(IClient client) => Property?.GetValue(client.Handle) is SafeHandle handle
        ? handle.DangerousGetHandle()
        : throw new JobFailed($"Confluent.Kafka {typeof(Handle).Assembly.GetName().Version} does not show its librdkafka handle; use the version that Directory.Packages.props names");
}
