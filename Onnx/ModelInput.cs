using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace StreamGrains.Onnx;

/// <summary>
/// An input as its file declares it. <paramref name="Dimensions"/>: -1 is a dimension that the caller chooses; the first one is the batch.
/// </summary>
internal sealed record ModelInput(string Name, TensorElementType Type, int[] Dimensions)
{
    public static ModelInput Of(string name, NodeMetadata declared) =>
        new(name, declared.IsTensor ? declared.ElementDataType : TensorElementType.DataTypeMax, declared.IsTensor ? declared.Dimensions : []);

    /// <summary>The model takes one row a run: its batch dimension is the constant 1.</summary>
    public bool OneRow => Dimensions is [1, ..];

    /// <summary>Features of a row, or null while <see cref="Dimensions"/> leaves it open.</summary>
    public int? Width => Dimensions.Skip(1).Contains(-1) ? null : Dimensions.Skip(1).Aggregate(1, (product, size) => product * size);

    /// <summary>Why rows of numbers cannot be fed to this input, or null.</summary>
    public string? Problem => this switch
    {
        { Type: TensorElementType.String } => $"input `{Name}` takes text, and features are numbers",
        { Type: not (TensorElementType.Float or TensorElementType.Double or TensorElementType.Int64 or TensorElementType.Int32 or TensorElementType.Float16) } =>
            $"input `{Name}` takes {Describe.Type(Type)}, which features cannot be turned into (float, double, half, long and int can be fed)",
        { Dimensions: [] } => $"input `{Name}` declares no shape: export the model with the shape [N, features]",
        { Dimensions: [not (-1 or 1), ..] } =>
            $"input `{Name}` is fixed to {Dimensions[0]} in its first dimension, which must be the rows of a batch: export the model with a dynamic first dimension",
        _ => null,
    };

    /// <summary>The same input with an open width set to what is left of <paramref name="features"/>; itself where that does not fit.</summary>
    public ModelInput WithWidth(int features)
    {
        var open = Array.IndexOf(Dimensions, -1, 1);
        if (open < 0 || Array.IndexOf(Dimensions, -1, open + 1) >= 0)
        {
            return this;
        }
        var others = Dimensions.Skip(1).Where(size => size != -1).Aggregate(1, (product, size) => product * size);
        return features % others != 0 ? this : this with { Dimensions = [.. Dimensions[..open], features / others, .. Dimensions[(open + 1)..]] };
    }
}
