using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace StreamGrains.Onnx;

/// <summary>Types and shapes in words: <c>float[N, 15]</c>.</summary>
internal static class Describe
{
    public static string Value(NodeMetadata value) =>
        value.IsTensor ? $"{Type(value.ElementDataType)}[{string.Join(", ", value.Dimensions.Select((size, i) => Dimension(size, i, value)))}]"
        : value.OnnxValueType == OnnxValueType.ONNX_TYPE_SEQUENCE ? "sequence"
        : value.OnnxValueType == OnnxValueType.ONNX_TYPE_MAP ? "map"
        : "not a tensor";

    public static string Classes(IReadOnlyList<string> classes) => $"float for each class of {string.Join(", ", classes)}";

    public static string Type(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float",
        TensorElementType.Double => "double",
        TensorElementType.Float16 => "half",
        TensorElementType.BFloat16 => "bfloat16",
        TensorElementType.Int64 => "long",
        TensorElementType.Int32 => "int",
        TensorElementType.String => "text",
        TensorElementType.DataTypeMax => "no tensor",
        _ => type.ToString().ToLowerInvariant(),
    };

    private static string Dimension(int size, int index, NodeMetadata value) =>
        size >= 0 ? $"{size}" : index == 0 ? "N" : value.SymbolicDimensions[index] is { Length: > 0 } name ? name : "?";
}
