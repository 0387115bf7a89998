using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Onnx;

/// <summary>
/// The models of this process, one session for each file, shared by all its scorers. May be used from any thread.
/// Dispose it after its scorers.
/// </summary>
public sealed class OnnxModelCatalog : IModelCatalog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, OnnxModel> _models = [];

    /// <summary>Version of ONNX Runtime as it is loaded. Throws <see cref="JobFailed"/> when it does not load, or is not the one of the package.</summary>
    public static string RuntimeVersion => NativeRuntime.Version();

    /// <inheritdoc/>
    public IModel Open(string path)
    {
        var file = Path.GetFullPath(path);
        lock (_lock)
        {
            if (!_models.TryGetValue(file, out var model))
            {
                model = ModelFile.Open(path);
                _models.Add(file, model);
            }
            return model;
        }
    }

    /// <inheritdoc/>
    public void Inspect(string path) => ModelFile.Open(path).Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var model in _models.Values)
            {
                model.Dispose();
            }
            _models.Clear();
        }
    }
}
