using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamGrains.Kafka.Native;

/// <summary>
/// Which of the librdkafka builds in the package Confluent.Kafka has taken: it tries one after the other until one fits the system. Our own calls work on its handles, so they must go
/// into the very same library; another build beside it would take them for its own.
/// </summary>
internal static class NativeLibraryChoice
{
    private static readonly string[] Names = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    /// <summary>Makes an assembly's calls to <paramref name="library"/> go there; default: this one's.</summary>
    public static void Follow(string library, Assembly? caller = null)
    {
        Library.Load();
        NativeLibrary.SetDllImportResolver(caller ?? typeof(NativeLibraryChoice).Assembly, (name, assembly, paths) => name == library ? Loaded(assembly, paths) : 0);
    }

    private static nint Loaded(Assembly assembly, DllImportSearchPath? paths)
    {
        foreach (var name in Taken() is { } taken ? [taken] : Names)
            if (NativeLibrary.TryLoad(name, assembly, paths, out var handle)) return handle;
        return 0;
    }

    /// <summary>Confluent.Kafka keeps its choice internal: a delegate of each call, bound to a class for each build. Null when a version keeps it otherwise; then the order decides.</summary>
    private static string? Taken()
    {
        var call = typeof(Library).Assembly.GetType("Confluent.Kafka.Impl.Librdkafka")?.GetField("_version", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null) as Delegate;
        return call?.Method.GetCustomAttribute<DllImportAttribute>()?.Value;
    }
}
