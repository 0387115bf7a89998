using Microsoft.ML.OnnxRuntime;

namespace StreamGrains.Onnx;

/// <summary>The inputs of one scorer and the runs over them. Owner: one scorer, on its lane's thread; the session is shared.</summary>
internal sealed class ModelRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly int _features;
    private readonly InputFeed[] _feeds;
    private readonly string[] _inputNames;
    private readonly OrtValue[] _values;
    private readonly RunOptions _options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
    private float[] _matrix = [];

    public ModelRun(InferenceSession session, IReadOnlyList<ModelInput> inputs, int features)
    {
        _session = session;
        _features = features;
        _inputNames = [.. inputs.Select(input => input.Name)];
        _values = new OrtValue[inputs.Count];
        _feeds = new InputFeed[inputs.Count];
        var offset = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            _feeds[i] = InputFeed.Create(inputs[i], offset, features);
            offset += inputs[i].Width!.Value;
        }
    }

    /// <summary>Row-major, pinned. Growing keeps what was written.</summary>
    public Span<float> Matrix(int rows)
    {
        var needed = rows * _features;
        if (_matrix.Length < needed)
        {
            var larger = GC.AllocateUninitializedArray<float>(Math.Max(needed, 2 * _matrix.Length), pinned: true);
            _matrix.CopyTo(larger, 0);
            _matrix = larger;
        }
        return _matrix.AsSpan(0, needed);
    }

    /// <summary>Why an input cannot take this row of the matrix, or null.</summary>
    public string? Refusal(int row)
    {
        foreach (var feed in _feeds)
        {
            if (feed.Refusal(_matrix.AsSpan(row * _features, _features)) is { } reason)
            {
                return reason;
            }
        }
        return null;
    }

    /// <summary>Runs the model on some rows of the matrix. The runtime allocates the outputs: their declared shapes are not to be trusted. Throws <see cref="OnnxRuntimeException"/>.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(int start, int rows, string[] outputs)
    {
        var bound = 0;
        try
        {
            for (; bound < _feeds.Length; bound++)
            {
                _values[bound] = _feeds[bound].Bind(_matrix, start, rows);
            }
            return _session.Run(_options, _inputNames, _values, outputs);
        }
        finally
        {
            while (bound > 0)
            {
                _values[--bound].Dispose();
            }
        }
    }

    public void Dispose() => _options.Dispose();
}
