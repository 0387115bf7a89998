using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Steps;

namespace StreamGrains.Client;

/// <summary>Job specs as text.</summary>
public static class JobSpecText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new DurationConverter(), new SpecNameConverter(), new FieldConverter(), new LateConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutDefaults } },
    };

    /// <summary>
    /// The spec as JSON, which is what a job file may hold and what servers take; values that are the defaults are left out. Throws <see cref="ArgumentException"/> for what no text
    /// can say: a duration that is negative or no whole number of milliseconds.
    /// </summary>
    public static string Write(JobSpec spec) => JsonSerializer.Serialize(spec, Options);

    private static void LeaveOutDefaults(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type.Assembly != typeof(JobSpec).Assembly) return;
        var fresh = Activator.CreateInstance(type.Type)!;
        foreach (var property in type.Properties)
        {
            var usual = property.Get!(fresh);
            property.ShouldSerialize = (_, value) => !Equals(value, usual);
        }
    }

    private abstract class Writer<T> : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("specs are only written here");
    }

    private sealed class DurationConverter : Writer<TimeSpan>
    {
        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Durations.Text(value));
    }

    private sealed class FieldConverter : Writer<FieldSpec>
    {
        public override void Write(Utf8JsonWriter writer, FieldSpec value, JsonSerializerOptions options)
        {
            var type = SpecNameConverter.NameOf(value.Type);
            if (value is { From: FieldOrigin.Value, Name: null })
            {
                writer.WriteStringValue(value.Optional ? $"{type}?" : type);
                return;
            }
            writer.WriteStartObject();
            writer.WriteString("type", type);
            if (value.From != FieldOrigin.Value) writer.WriteString("from", SpecNameConverter.NameOf(value.From));
            if (value.Name is { } name) writer.WriteString("name", name);
            if (value.Optional) writer.WriteBoolean("optional", true);
            writer.WriteEndObject();
        }
    }

    private sealed class LateConverter : Writer<LateSpec>
    {
        public override void Write(Utf8JsonWriter writer, LateSpec value, JsonSerializerOptions options)
        {
            if (value.Topic is not { } topic)
            {
                writer.WriteStringValue("drop");
                return;
            }
            writer.WriteStartObject();
            writer.WriteString("topic", topic);
            writer.WriteEndObject();
        }
    }
}
