using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;

namespace StreamGrains.Api.Tests.Support;

/// <summary>Holds every answer against docs/openapi.json: its status is documented, and its body valid, with no member that the document does not name.</summary>
internal sealed class ContractCheck(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Components = "#/components/schemas/", Definitions = "#/definitions/";

    private static readonly Lazy<JsonObject> Document = new(() => (JsonObject)JsonNode.Parse(File.ReadAllText(Repository.PathOf("docs/openapi.json")))!);

    /// <summary>What does not conform; empty when all does, or the document does not speak of this path.</summary>
    public static async Task<IReadOnlyList<string>> Problems(HttpMethod method, string path, int status, string? mediaType, string body)
    {
        if (OperationOf(method, path) is not { } operation) return [];
        if (operation["responses"]?[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is not { } response) return [$"{method} {path}: status {status} is not documented"];
        if (response["content"] is not JsonObject contents) return body.Length == 0 ? [] : [$"{method} {path}: {status} has a body that is not documented"];
        if (mediaType is null || contents[mediaType]?["schema"] is not { } schema) return [$"{method} {path}: {status} is {mediaType}, which is not documented"];
        var checks = await JsonSchema.FromJsonAsync(Whole(schema));
        return [.. checks.Validate($"{{\"value\":{body}}}").Select(e => $"{method} {path}: {status}: {e}: {body}")];
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        Assert.Empty(await Problems(request.Method, request.RequestUri!.AbsolutePath, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, body));
        return response;
    }

    private static JsonNode? OperationOf(HttpMethod method, string path)
    {
        foreach (var (template, item) in (JsonObject)Document.Value["paths"]!)
            if (Regex.IsMatch(path, $"^{Regex.Replace(template, @"\{[^}]+\}", "[^/]+")}$")) return item![method.Method.ToLowerInvariant()];
        return null;
    }

    /// <summary>The schema of an object with the answer in it, and all that it refers to where JSON Schema has it.</summary>
    private static string Whole(JsonNode schema)
    {
        var definitions = (JsonObject)Document.Value["components"]!["schemas"]!.DeepClone();
        foreach (var definition in definitions.Select(d => d.Value).OfType<JsonObject>())
            if (definition.ContainsKey("properties")) definition.TryAdd("additionalProperties", false);
        var whole = new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("value"),
            ["properties"] = new JsonObject { ["value"] = schema.DeepClone() },
            ["definitions"] = definitions,
        };
        return whole.ToJsonString().Replace(Components, Definitions, StringComparison.Ordinal);
    }
}
