using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamGrains.Contracts.Control;

/// <summary>
/// How the control API writes JSON: names in camelCase, enum members as camelCase text, numbers as numbers, what is null left out. What must not be null is refused when it is.
/// </summary>
public static class ControlJson
{
    /// <summary>Frozen options; use <see cref="Apply"/> for a copy.</summary>
    public static JsonSerializerOptions Options { get; } = Frozen();

    /// <summary>Sets other options likewise.</summary>
    public static void Apply(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }

    private static JsonSerializerOptions Frozen()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
