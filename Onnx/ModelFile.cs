using Microsoft.ML.OnnxRuntime;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Onnx;

/// <summary>Opens a model file: checks what can be checked before the runtime sees it, and says in words what is wrong with it.</summary>
internal static class ModelFile
{
    // Larger files are weights for the most part; no classifier with maps is that large, and they are better mapped than read.
    private const long LargestScanned = 256 << 20;

    /// <summary>Throws <see cref="ModelRefused"/> with a message for people.</summary>
    public static OnnxModel Open(string path)
    {
        Inspect(path);
        _ = NativeRuntime.Version();
        using var options = Options(path);
        try
        {
            var withoutMaps = new FileInfo(path).Length <= LargestScanned ? ZipMapRemoval.Apply(File.ReadAllBytes(path)) : null;
            var session = withoutMaps is null ? new InferenceSession(path, options) : new InferenceSession(withoutMaps.Model, options);
            return new OnnxModel(path, session, withoutMaps?.Outputs);
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException)
        {
            throw new ModelRefused($"Model '{path}' {RuntimeError.OnLoad(e)}", e);
        }
    }

    private static SessionOptions Options(string path)
    {
        var options = new SessionOptions
        {
            // Lanes are the parallelism: a session that spreads one run over threads would only fight them.
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            // Memory patterns are kept for each input shape, and every batch size is a shape.
            EnableMemoryPattern = false,
            // Failures come back as exceptions and values; the runtime would write them to stderr as well.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        // Only read when the model is given as bytes; a path implies it.
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(Path.GetFullPath(path))!);
        return options;
    }

    private static void Inspect(string path)
    {
        if (Directory.Exists(path))
        {
            throw new ModelRefused($"Model '{path}' is a folder: name the .onnx file in it.");
        }
        if (!File.Exists(path))
        {
            throw new ModelRefused($"Model '{path}' does not exist.{Neighbour(path)}");
        }
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[64];
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            if (head.IsEmpty)
            {
                throw new ModelRefused($"Model '{path}' is an empty file.");
            }
            if (head.StartsWith("version https://git-lfs"u8))
            {
                throw new ModelRefused($"Model '{path}' is a Git LFS pointer, not the model itself: run `git lfs pull`.");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelRefused($"Model '{path}' cannot be read: {e.Message}", e);
        }
    }

    private static string Neighbour(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            return $" Its folder '{folder}' does not exist either.";
        }
        var nearest = NearestName.Of(Path.GetFileName(path), Directory.EnumerateFiles(folder, "*.onnx").Select(file => Path.GetFileName(file)));
        return nearest is null ? "" : $" Did you mean `{nearest}`?";
    }
}
