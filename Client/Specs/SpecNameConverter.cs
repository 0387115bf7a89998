using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamGrains.Contracts;

namespace StreamGrains.Client;

/// <summary>Writes the members of a spec's enums by the names that specs use.</summary>
internal sealed class SpecNameConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum && typeToConvert.Namespace == typeof(JobSpec).Namespace;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    /// <summary>How a spec writes a member. Throws <see cref="ArgumentException"/> for a value that is none.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum =>
        typeof(T).GetField(value.ToString())?.GetCustomAttribute<SpecNameAttribute>()?.Name ?? throw new ArgumentException($"{value} is no {typeof(T).Name}");

    private sealed class Of<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("specs are only written here");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));
    }
}
