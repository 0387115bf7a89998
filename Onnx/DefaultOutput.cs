using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace StreamGrains.Onnx;

/// <summary>What <c>default</c> stands for in a spec: see <see cref="Engine.Ports.IModel.Check"/>.</summary>
internal static class DefaultOutput
{
    /// <summary>The word in the spec. An output that is really called so is meant instead.</summary>
    public const string Word = "default";

    /// <summary>The choice that it stands for, or why there is none. <paramref name="widths"/> has the columns of each tensor, as far as known.</summary>
    public static (string? Choice, string? Problem) Of(IEnumerable<OnnxOutput> outputs, IReadOnlyDictionary<string, int> widths)
    {
        var scores = outputs.Where(output => output.Type is TensorElementType.Float or TensorElementType.Double or TensorElementType.Float16).ToList();
        if (scores.Count == 0)
        {
            return (null, "has no output of floats or doubles that `default` could stand for");
        }
        if (scores.Count > 1)
        {
            return (null, $"has several outputs that `default` could stand for: name one of {string.Join(", ", scores.Select(output => $"`{output.Name}`"))}");
        }
        var score = scores[0];
        if (score.Classes is { } classes)
        {
            // Names of classes are in no order that says which one is meant; numbers are.
            return classes.Count is 1 or 2 && classes.All(name => long.TryParse(name, CultureInfo.InvariantCulture, out _)) ? ($"{score.Name}[{classes[^1]}]", null)
                : (null, $"has one score for each class: say which, as {string.Join(" or ", classes.Select(name => $"`{score.Name}[{name}]`"))}");
        }
        return widths.GetValueOrDefault(score.Tensor, 1) switch
        {
            2 => ($"{score.Name}[1]", null),
            > 2 and var width => (null, $"has an output of {width} columns: say which, as in `{score.Name}[0]`"),
            _ => (score.Name, null),
        };
    }
}
