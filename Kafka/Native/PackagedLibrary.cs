using System.Reflection;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using StreamGrains.Engine;

namespace StreamGrains.Kafka.Native;

/// <summary>
/// The librdkafka that comes with the program, and never one that the system happens to have. Confluent.Kafka tries the builds of its package one after the other until one fits; but
/// where a build does not load (the first wants libsasl2.so.3), the runtime's own search goes on to the system's library of that name. <see cref="Library.Load(string)"/> does not keep
/// it from that: the name is looked up again whatever was loaded by its path. So the names of the builds stand for files of the application here, or for nothing.
/// </summary>
/// <remarks>Process-wide. Our own calls work on Confluent.Kafka's handles, so they go into the very library that it took.</remarks>
internal static class PackagedLibrary
{
    private static readonly string[] Builds = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, nint> Handles = [];
    private static bool loaded;

    /// <summary>Version of Confluent.Kafka, which is that of the librdkafka it was made for.</summary>
    public static string Wanted { get; } = typeof(Library).Assembly.GetName().Version!.ToString(3);

    /// <summary>Version of the library that is loaded.</summary>
    public static string Version
    {
        get
        {
            Load();
            return Library.VersionString;
        }
    }

    /// <summary>
    /// Comes before the first client of this process. Whoever wants another file loads it before that, with <see cref="Library.Load(string)"/>. Throws <see cref="JobFailed"/> when there is
    /// none for this system, or it is of another version.
    /// </summary>
    public static void Load()
    {
        lock (Gate)
        {
            if (loaded) return;
            try
            {
                if (!Library.IsLoaded) NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, (name, _, _) => Builds.Contains(name) ? Packaged(name) : 0);
                Library.Load();
            }
            catch (Exception none) when (none is DllNotFoundException or EntryPointNotFoundException or InvalidOperationException or FileLoadException)
            {
                throw new JobFailed($"librdkafka {Wanted} cannot be loaded on this system ({RuntimeInformation.RuntimeIdentifier}): {none.Message}", none);
            }
            if (Mismatch(Library.VersionString) is { } mismatch) throw new JobFailed(mismatch);
            loaded = true;
        }
    }

    /// <summary>Why a version is not to be used, or null.</summary>
    internal static string? Mismatch(string version) => version.Split('-')[0] == Wanted
        ? null
        : $"librdkafka {version} is loaded, and this program was made for {Wanted}: use the one of the package librdkafka.redist {Wanted}, and load no other before it";

    /// <summary>Makes an assembly's calls to <paramref name="library"/> go into the loaded library; default: this one's.</summary>
    public static void Follow(string library, Assembly? caller = null)
    {
        Load();
        NativeLibrary.SetDllImportResolver(caller ?? typeof(PackagedLibrary).Assembly, (name, _, _) => name == library ? Taken() : 0);
    }

    /// <summary>Confluent.Kafka keeps its choice internal: a delegate of each call, bound to a class for each build. When a version keeps it otherwise, the order decides.</summary>
    private static nint Taken()
    {
        var call = typeof(Library).Assembly.GetType("Confluent.Kafka.Impl.Librdkafka")?.GetField("_version", BindingFlags.Static | BindingFlags.NonPublic)?.GetValue(null) as Delegate;
        var taken = call?.Method.GetCustomAttribute<DllImportAttribute>()?.Value;
        foreach (var name in taken is null ? Builds : [taken])
        {
            if (Handles.TryGetValue(name, out var ours)) return ours;
            // Loaded before we were asked, by whoever runs us: that one then.
            if (Handles.Count == 0 && NativeLibrary.TryLoad(name, typeof(Library).Assembly, null, out var theirs)) return theirs;
        }
        return 0;
    }

    /// <summary>Throws where the file is not there or does not load: to answer nothing would send the runtime to the system's.</summary>
    private static nint Packaged(string build)
    {
        lock (Gate)
        {
            if (Handles.TryGetValue(build, out var handle)) return handle;
            return Handles[build] = NativeLibrary.Load(NativeFiles.Find(File(build)) ?? throw new DllNotFoundException($"there is no {File(build)} beside the program"));
        }
    }

    private static string File(string build) => build + (OperatingSystem.IsWindows() ? ".dll" : OperatingSystem.IsMacOS() ? ".dylib" : ".so");
}
