using System.Buffers;
using System.Text.Json;

namespace StreamGrains.Interop.OrleansStreamsKafka;

/// <summary>
/// The value of one record of the provider: a <c>KafkaBatchContainer</c> as Orleans' JSON serializer writes it, with types in <c>$type</c>, collections in <c>$values</c>, and objects that come again as
/// <c>$ref</c> to the <c>$id</c> of the first. Owner: one record.
/// </summary>
internal sealed class EventBatch
{
    private readonly Dictionary<string, JsonElement> byId = [];
    private readonly HashSet<string> open = [];

    private EventBatch()
    {
    }

    /// <summary>The events of a record as plain JSON, without types and references. Throws <see cref="JsonException"/> when it is no batch.</summary>
    public static IReadOnlyList<byte[]> Read(ReadOnlyMemory<byte> value)
    {
        using var document = JsonDocument.Parse(value);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("Events", out var events)) throw new JsonException("it has no 'Events'");
        if (events.ValueKind == JsonValueKind.Object && !events.TryGetProperty("$values", out events)) throw new JsonException("its 'Events' have no '$values'");
        if (events.ValueKind != JsonValueKind.Array) throw new JsonException("its 'Events' are no list");
        var batch = new EventBatch();
        batch.Remember(root);
        return [.. events.EnumerateArray().Select(batch.Plain)];
    }

    private void Remember(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray()) Remember(item);
        if (element.ValueKind != JsonValueKind.Object) return;
        if (element.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String) byId[id.GetString()!] = element;
        foreach (var member in element.EnumerateObject()) Remember(member.Value);
    }

    private byte[] Plain(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) Write(element, writer);
        return buffer.WrittenSpan.ToArray();
    }

    private void Write(JsonElement element, Utf8JsonWriter writer)
    {
        if (element.ValueKind == JsonValueKind.Array) WriteArray(element, writer);
        else if (element.ValueKind != JsonValueKind.Object) element.WriteTo(writer);
        else if (element.TryGetProperty("$ref", out var reference)) WriteObject(byId.GetValueOrDefault(reference.GetString() ?? ""), reference.GetString(), writer);
        else if (element.TryGetProperty("$values", out var values)) Write(values, writer);
        else if (element.TryGetProperty("$value", out var value)) Write(value, writer);
        else WriteObject(element, element.TryGetProperty("$id", out var id) ? id.GetString() : null, writer);
    }

    private void WriteArray(JsonElement element, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var item in element.EnumerateArray()) Write(item, writer);
        writer.WriteEndArray();
    }

    /// <summary>An object that is within itself is null there: plain JSON has no circles.</summary>
    private void WriteObject(JsonElement element, string? id, Utf8JsonWriter writer)
    {
        if (element.ValueKind != JsonValueKind.Object || (id is not null && !open.Add(id)))
        {
            writer.WriteNullValue();
            return;
        }
        writer.WriteStartObject();
        foreach (var member in element.EnumerateObject().Where(m => !m.Name.StartsWith('$')))
        {
            writer.WritePropertyName(member.Name);
            Write(member.Value, writer);
        }
        writer.WriteEndObject();
        if (id is not null) open.Remove(id);
    }
}
