using System.Buffers;
using System.Globalization;
using System.Text;
using StreamGrains.Onnx;

namespace StreamGrains.Client;

/// <summary>
/// An ONNX model that keeps weights in files beside it (PyTorch's default, and whatever exceeds 2 GB), as one file: a server has no folder of the model. Of the messages that can hold a tensor
/// (onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), those are written anew in which one is external; all other bytes stay as they are.
/// </summary>
/// <param name="path">The model's file.</param>
internal sealed class ModelWeights(string path)
{
    // Field numbers of TensorProto and StringStringEntryProto.
    private const int RawData = 9, ExternalData = 13, DataLocation = 14, Key = 1, Value = 2;
    private const ulong External = 1;

    private readonly string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;

    private enum Message
    {
        Model,
        Graph,
        Node,
        Attribute,
        Function,
        SparseTensor,
        Tensor,
    }

    /// <summary>The model with all of its weights; null when it keeps none elsewhere. Throws <see cref="StreamGrainsException"/> when a file is not there, or is not as the model says.</summary>
    public byte[]? Join()
    {
        var model = File.ReadAllBytes(path);
        return model.AsSpan().IndexOf("location"u8) < 0 ? null : Rewrite(Message.Model, model)?.WrittenSpan.ToArray();
    }

    /// <summary>Null when there is nothing external in it, or it is malformed, which the server says in its words.</summary>
    private ArrayBufferWriter<byte>? Rewrite(Message kind, ReadOnlySpan<byte> message)
    {
        if (kind == Message.Tensor) return Tensor(message);
        ArrayBufferWriter<byte>? rewritten = null;
        var unchanged = 0;
        var fields = new WireReader(message);
        while (fields.Next())
        {
            if (Inner(kind, fields.Field) is { } inner && Rewrite(inner, fields.Bytes) is { } changed)
            {
                if (rewritten is null) (rewritten = new(message.Length)).Write(message[..unchanged]);
                rewritten.Field(fields.Field, changed.WrittenSpan);
            }
            else
            {
                rewritten?.Write(fields.Raw);
            }
            unchanged += fields.Raw.Length;
        }
        return fields.Broken ? null : rewritten;
    }

    private static Message? Inner(Message of, int field) => (of, field) switch
    {
        (Message.Model, 7) or (Message.Attribute, 6 or 11) => Message.Graph,
        (Message.Model, 25) => Message.Function,
        (Message.Graph, 1) or (Message.Function, 7) => Message.Node,
        (Message.Node, 5) or (Message.Function, 11) => Message.Attribute,
        (Message.Graph, 5) or (Message.Attribute, 5 or 10) or (Message.SparseTensor, 1 or 2) => Message.Tensor,
        (Message.Graph, 15) or (Message.Attribute, 22 or 23) => Message.SparseTensor,
        _ => null,
    };

    private ArrayBufferWriter<byte>? Tensor(ReadOnlySpan<byte> tensor)
    {
        var rest = new ArrayBufferWriter<byte>();
        var place = new Dictionary<string, string>();
        var external = false;
        for (var fields = new WireReader(tensor); fields.Next();)
        {
            if (fields.Field == DataLocation) external = fields.Number == External;
            else if (fields.Field == ExternalData) Note(fields.Bytes, place);
            else rest.Write(fields.Raw);
        }
        if (!external) return null;
        rest.Field(RawData, Weights(place));
        return rest;
    }

    private static void Note(ReadOnlySpan<byte> entry, Dictionary<string, string> place)
    {
        string key = "", value = "";
        for (var fields = new WireReader(entry); fields.Next();)
        {
            if (fields.Field == Key) key = Encoding.UTF8.GetString(fields.Bytes);
            if (fields.Field == Value) value = Encoding.UTF8.GetString(fields.Bytes);
        }
        place[key] = value;
    }

    private byte[] Weights(Dictionary<string, string> place)
    {
        var location = place.GetValueOrDefault("location", "");
        var file = Path.GetFullPath(location, directory);
        // A model names files of its own folder, and no others of whoever hands it in.
        if (location.Length == 0 || !file.StartsWith(directory + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw Wrong($"keeps weights in '{location}', which is not in its folder");
        if (!File.Exists(file)) throw Wrong($"keeps weights in the file '{location}', which is not beside it");
        using var weights = File.OpenRead(file);
        var offset = Number(place, "offset", 0);
        var length = Number(place, "length", weights.Length - offset);
        if (offset > weights.Length || length < 0 || length > Math.Min(Array.MaxLength, weights.Length - offset))
            throw Wrong($"wants {length} bytes at {offset} of '{location}', which has {weights.Length}: the two are not of one export");
        weights.Position = offset;
        var bytes = new byte[length];
        weights.ReadExactly(bytes);
        return bytes;
    }

    private static long Number(Dictionary<string, string> place, string key, long otherwise) =>
        long.TryParse(place.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private StreamGrainsException Wrong(string what) => new(ProblemKind.Invalid, $"the model '{path}' {what}");
}
