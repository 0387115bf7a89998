namespace StreamGrains.Engine.Ports;

/// <summary>Opens model files. One instance per process; a file is loaded once and shared.</summary>
public interface IModelCatalog : IDisposable
{
    /// <summary>
    /// Opens the model at <paramref name="path"/>. Throws <see cref="ModelRefused"/> with a message for people when it cannot be used.
    /// </summary>
    IModel Open(string path);

    /// <summary>Opens the model at <paramref name="path"/> and lets go of it again. Throws as <see cref="Open"/> does.</summary>
    void Inspect(string path);
}

/// <summary>A loaded model; may be used from any thread.</summary>
public interface IModel
{
    /// <summary>Inputs as the file declares them.</summary>
    IReadOnlyList<ModelValue> Inputs { get; }

    /// <summary>Outputs as the file declares them.</summary>
    IReadOnlyList<ModelValue> Outputs { get; }

    /// <summary>
    /// Checks that a row of <paramref name="features"/> numbers fits the inputs and that every one of <paramref name="outputs"/> exists: an output's name,
    /// <c>name[column]</c>, or <c>default</c>. Returns every problem found, in words, with the nearest right name; empty when all is well.
    /// <para>
    /// <c>default</c> is the score of a usual model, so that one line of a spec changes the model: the one output that holds floats or doubles, as a tensor or as a
    /// sequence of maps (integer outputs such as a class label do not count), and of it the only column, or of two columns the second, which is the positive class.
    /// With several such outputs, more columns, or classes whose names are not numbers, a name is needed, and Check says which there are.
    /// </para>
    /// </summary>
    IReadOnlyList<string> Check(int features, IReadOnlyList<string> outputs);

    /// <summary>A scorer for one owner. The arguments have passed <see cref="Check"/>.</summary>
    IScorer CreateScorer(int features, IReadOnlyList<string> outputs);
}

/// <summary>Name, element type and shape of an input or output, for people: <c>float[N, 15]</c>.</summary>
public sealed record ModelValue(string Name, string Description);

/// <summary>
/// Scores batches. Owner: one partition processor, on its lane's thread. Reuses its buffers from call to call.
/// </summary>
public interface IScorer : IDisposable
{
    /// <summary>
    /// The matrix to fill before <see cref="Score"/>: at least <paramref name="rows"/> rows of features, row-major. This memory is the model's input tensor.
    /// </summary>
    Span<float> Matrix(int rows);

    /// <summary>
    /// Scores rows 0 to <paramref name="rows"/> - 1 of the matrix in one run. <paramref name="scores"/> gets output o of row r at <c>[o * rows + r]</c>.
    /// <paramref name="failures"/> gets, per row, null or why the row cannot be scored (the model throws on it, or an output is NaN or infinite);
    /// it holds null in every row at entry. Returns the number of failures.
    /// </summary>
    int Score(int rows, Span<double> scores, Span<string?> failures);
}

/// <summary>A model that cannot be used: the message says which file, why, and what to do.</summary>
public sealed class ModelRefused(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Name of the model that was probably meant, if one is near.</summary>
    public string? Suggestion { get; init; }
}
