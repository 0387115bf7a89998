using Microsoft.ML.OnnxRuntime;
using StreamGrains.Engine;

namespace StreamGrains.Onnx;

/// <summary>
/// ONNX Runtime's native library. Its package looks beside the program first, and goes on to the system's where that one does not load: with another version models may score otherwise,
/// so only the version of the package will do.
/// </summary>
internal static class NativeRuntime
{
    /// <summary>Version of the package.</summary>
    public static string Wanted { get; } = typeof(OrtEnv).Assembly.GetName().Version!.ToString(3);

    /// <summary>Version of the library that is loaded. Throws <see cref="JobFailed"/> when none loads, or not this one.</summary>
    public static string Version()
    {
        string version;
        try
        {
            version = OrtEnv.Instance().GetVersionString();
        }
        catch (Exception none) when (none is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            throw new JobFailed($"ONNX Runtime {Wanted} cannot be loaded on this system: {none.InnerException?.Message ?? none.Message}", none);
        }
        return Mismatch(version) is { } mismatch ? throw new JobFailed(mismatch) : version;
    }

    /// <summary>Why a version is not to be used, or null.</summary>
    internal static string? Mismatch(string version) => version == Wanted
        ? null
        : $"ONNX Runtime {version} is loaded, and this program was made for {Wanted}: use the one of the package Microsoft.ML.OnnxRuntime {Wanted}, and load no other before it";
}
