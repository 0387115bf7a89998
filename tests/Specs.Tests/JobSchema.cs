using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Steps;
using StreamGrains.Specs.Formats;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Tests;

/// <summary>Writes the JSON schema of job specs from the contract types; descriptions are the types' own documentation.</summary>
internal sealed class JobSchema
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject definitions = [];
    private readonly Dictionary<string, string> documentation = XDocument.Load(Path.ChangeExtension(typeof(JobSpec).Assembly.Location, ".xml"))
        .Descendants("member").Where(m => m.Element("summary") is not null)
        .ToDictionary(m => m.Attribute("name")!.Value, m => string.Join(' ', m.Element("summary")!.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>The text of docs/job.schema.json.</summary>
    public static string Text()
    {
        var schema = new JobSchema();
        var root = schema.Object(typeof(JobSpec));
        root.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        root.Insert(1, "title", "StreamGrains job");
        root["definitions"] = schema.definitions;
        return root.ToJsonString(Layout).ReplaceLineEndings("\n") + "\n";
    }

    private JsonNode Of(Type type)
    {
        if (type == typeof(string)) return new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        if (type == typeof(TimeSpan)) return new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]+(ms|s|m|h|d)$" };
        if (type == typeof(bool)) return new JsonObject { ["type"] = "boolean" };
        if (type.IsPrimitive) return new JsonObject { ["type"] = "integer" };
        if (type.IsEnum) return Choice(type);
        if (SpecShape.ListItem(type) is { } item) return new JsonObject { ["type"] = "array", ["items"] = Of(item) };
        if (SpecShape.MapValue(type) is { } value) return new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(value) };
        if (!definitions.ContainsKey(type.Name))
        {
            definitions[type.Name] = null;
            definitions[type.Name] = Shorthand(type) is { } text ? new JsonObject { ["anyOf"] = new JsonArray(text, Object(type)) } : Object(type);
        }
        return new JsonObject { ["$ref"] = $"#/definitions/{type.Name}" };
    }

    private JsonObject Object(Type type)
    {
        var shape = SpecShape.Of(type);
        var properties = new JsonObject();
        foreach (var member in shape.Members)
        {
            var property = member.Name == "format" ? Formats() : Of(member.Type);
            var text = documentation[$"P:{type.FullName}.{member.Property.Name}"];
            // Beside a $ref, draft 7 ignores everything else.
            properties[member.Name] = property["$ref"] is null ? Described(property, text) : new JsonObject { ["description"] = text, ["allOf"] = new JsonArray(property) };
        }
        var schema = new JsonObject { ["description"] = documentation[$"T:{type.FullName}"], ["type"] = "object", ["additionalProperties"] = false, ["properties"] = properties };
        var required = shape.Members.Where(m => m.Required).Select(m => (JsonNode)m.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        if (type == typeof(StepSpec)) (schema["minProperties"], schema["maxProperties"]) = (1, 1);
        if (type == typeof(SinkSpec)) schema["oneOf"] = new JsonArray(Requires("topic"), Requires("stream"));
        return schema;
    }

    private static JsonObject Requires(string member) => new() { ["required"] = new JsonArray(member) };

    private JsonObject Choice(Type type)
    {
        var choices = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (JsonNode)new JsonObject
        {
            ["enum"] = new JsonArray(f.GetCustomAttribute<SpecNameAttribute>()!.Name),
            ["description"] = documentation[$"F:{type.FullName}.{f.Name}"],
        });
        return new JsonObject { ["oneOf"] = new JsonArray([.. choices]) };
    }

    private static JsonObject Formats() =>
        new() { ["oneOf"] = new JsonArray([.. RecordFormats.All.Select(f => (JsonNode)new JsonObject { ["enum"] = new JsonArray(f.Name), ["description"] = f.Description })]) };

    private static JsonObject? Shorthand(Type type)
    {
        if (type == typeof(LateSpec)) return new JsonObject { ["enum"] = new JsonArray("drop") };
        if (type != typeof(FieldSpec)) return null;
        return new JsonObject { ["enum"] = new JsonArray([.. SpecShape.NamesOf(typeof(FieldType)).SelectMany(n => new[] { (JsonNode)n.Name, n.Name + "?" })]) };
    }

    private static JsonNode Described(JsonNode schema, string text)
    {
        ((JsonObject)schema).Insert(0, "description", text);
        return schema;
    }
}
