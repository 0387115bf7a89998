using System.Buffers;
using System.Text;

namespace StreamGrains.Onnx;

/// <summary>
/// Takes ZipMap nodes out of a model. A ZipMap turns the tensor of class probabilities, [N, classes], into N maps from class to probability;
/// reading those costs several native calls and objects for each row. The tensor before it has the same numbers, so it becomes the output, and the
/// classes name its columns.
/// </summary>
internal static class ZipMapRemoval
{
    // Field numbers of onnx.proto.
    private const int ModelGraph = 7;
    private const int GraphNode = 1, GraphOutput = 12;
    private const int NodeInput = 1, NodeOutput = 2, NodeOpType = 4, NodeAttribute = 5;
    private const int AttributeName = 1, AttributeInts = 8, AttributeStrings = 9;
    private const int ValueName = 1, ValueType = 2, TypeTensor = 1, TensorElementType = 1;
    private const ulong Float = 1;

    /// <summary>Null when the model has no ZipMap (or is malformed: that is for the runtime to say).</summary>
    public static ModelWithoutMaps? Apply(ReadOnlySpan<byte> model)
    {
        if (model.IndexOf("ZipMap"u8) < 0)
        {
            return null;
        }
        var rewritten = new ArrayBufferWriter<byte>(model.Length + 1);
        var maps = new Dictionary<string, MappedOutput>();
        var fields = new WireReader(model);
        while (fields.Next())
        {
            if (fields.Field == ModelGraph)
            {
                FindMaps(fields.Bytes, maps);
                if (!TryWithoutMaps(fields.Bytes, maps, out var graph))
                {
                    return null;
                }
                rewritten.Field(ModelGraph, graph);
            }
            else
            {
                rewritten.Write(fields.Raw);
            }
        }
        return fields.Broken || maps.Count == 0 ? null : new ModelWithoutMaps(rewritten.WrittenSpan.ToArray(), maps);
    }

    private static void FindMaps(ReadOnlySpan<byte> graph, Dictionary<string, MappedOutput> maps)
    {
        var outputs = new HashSet<string>();
        for (var fields = new WireReader(graph); fields.Next();)
        {
            if (fields.Field == GraphOutput)
            {
                outputs.Add(NameOf(fields.Bytes));
            }
        }
        for (var fields = new WireReader(graph); fields.Next();)
        {
                // Only a map that leaves the model can be swapped for its tensor.
            if (fields.Field == GraphNode && ReadZipMap(fields.Bytes) is { } map && outputs.Contains(map.Output) && !outputs.Contains(map.Tensor))
            {
                maps[map.Output] = map;
            }
        }
    }

    // False for a malformed graph: what follows the damage would be lost without a word.
    private static bool TryWithoutMaps(ReadOnlySpan<byte> graph, Dictionary<string, MappedOutput> maps, out ReadOnlySpan<byte> result)
    {
        var rewritten = new ArrayBufferWriter<byte>(graph.Length + 1);
        var fields = new WireReader(graph);
        while (fields.Next())
        {
            if (fields.Field == GraphNode && ReadZipMap(fields.Bytes) is { } map && maps.ContainsKey(map.Output))
            {
                continue;
            }
            if (fields.Field == GraphOutput && maps.TryGetValue(NameOf(fields.Bytes), out var mapped))
            {
                rewritten.Field(GraphOutput, FloatTensor(mapped.Tensor));
                continue;
            }
            rewritten.Write(fields.Raw);
        }
        result = rewritten.WrittenSpan;
        return !fields.Broken;
    }

    private static MappedOutput? ReadZipMap(ReadOnlySpan<byte> node)
    {
        string input = "", output = "", op = "";
        List<string> classes = [];
        for (var fields = new WireReader(node); fields.Next();)
        {
            switch (fields.Field)
            {
                case NodeInput: input = Text(fields.Bytes); break;
                case NodeOutput: output = Text(fields.Bytes); break;
                case NodeOpType: op = Text(fields.Bytes); break;
                case NodeAttribute: ReadClasses(fields.Bytes, classes); break;
            }
        }
        return op == "ZipMap" ? new MappedOutput(output, input, classes) : null;
    }

    private static void ReadClasses(ReadOnlySpan<byte> attribute, List<string> classes)
    {
        if (!NameOf(attribute).StartsWith("classlabels_", StringComparison.Ordinal))
        {
            return;
        }
        for (var fields = new WireReader(attribute); fields.Next();)
        {
            switch (fields.Field)
            {
                case AttributeStrings: classes.Add(Text(fields.Bytes)); break;
                case AttributeInts when fields.Bytes.IsEmpty: classes.Add($"{(long)fields.Number}"); break;
                case AttributeInts: classes.AddRange(WireReader.Packed(fields.Bytes).Select(value => $"{value}")); break;
            }
        }
    }

    // ValueInfoProto and AttributeProto both keep their name in field 1.
    private static string NameOf(ReadOnlySpan<byte> message)
    {
        for (var fields = new WireReader(message); fields.Next();)
        {
            if (fields.Field is ValueName or AttributeName)
            {
                return Text(fields.Bytes);
            }
        }
        return "";
    }

    private static ReadOnlySpan<byte> FloatTensor(string name)
    {
        var tensor = new ArrayBufferWriter<byte>();
        tensor.Field(TensorElementType, Float);
        var type = new ArrayBufferWriter<byte>();
        type.Field(TypeTensor, tensor.WrittenSpan);
        var value = new ArrayBufferWriter<byte>();
        value.Field(ValueName, Encoding.UTF8.GetBytes(name));
        value.Field(ValueType, type.WrittenSpan);
        return value.WrittenSpan;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}

/// <summary>A rewritten model file, and the outputs that were maps, by their names in the original.</summary>
internal sealed record ModelWithoutMaps(byte[] Model, IReadOnlyDictionary<string, MappedOutput> Outputs);

/// <summary>Output <paramref name="Output"/> of the file, now read from <paramref name="Tensor"/>, whose columns are the <paramref name="Classes"/>.</summary>
internal sealed record MappedOutput(string Output, string Tensor, IReadOnlyList<string> Classes);
