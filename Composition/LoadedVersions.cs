using System.Reflection;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Kafka;
using StreamGrains.Onnx;

namespace StreamGrains.Composition;

/// <summary>Versions of what a program runs on.</summary>
public static class LoadedVersions
{
    /// <summary>Version of StreamGrains.</summary>
    public static string StreamGrains { get; } =
        typeof(LoadedVersions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>All of them. Loads the native libraries; throws <see cref="JobFailed"/> when one does not load, or is not the one that this program was made for.</summary>
    public static ServerInfo All() => new(StreamGrains, KafkaSettings.LibraryVersion, OnnxModelCatalog.RuntimeVersion);
}
