using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace StreamGrains.Onnx;

/// <summary>
/// An output by its name in the file; <paramref name="Tensor"/> is what the session calls it. <paramref name="Classes"/> name the columns of what the file
/// declares as maps.
/// </summary>
internal sealed record OnnxOutput(string Name, string Tensor, TensorElementType Type, IReadOnlyList<string>? Classes, string Description)
{
    public static OnnxOutput Of(string name, NodeMetadata declared) =>
        new(name, name, declared.IsTensor ? declared.ElementDataType : TensorElementType.DataTypeMax, null, Describe.Value(declared));

    /// <summary>Why this cannot be a score, or null.</summary>
    public string? Problem => Type switch
    {
        TensorElementType.Float or TensorElementType.Double or TensorElementType.Float16 or TensorElementType.Int64 or TensorElementType.Int32 => null,
        TensorElementType.String => "is text, and a score is a number",
        _ => $"({Description}) is nothing that a score can be read from",
    };
}

/// <summary>One score of a row: a column of an output. <paramref name="Whole"/>: the spec named no column, so the output must have exactly one.</summary>
internal sealed record ScoreColumn(string Text, OnnxOutput Output, int Column, bool Whole);
