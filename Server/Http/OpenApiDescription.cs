using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using StreamGrains.Contracts;

namespace StreamGrains.Server.Http;

/// <summary>What the OpenAPI document says beside what the endpoints themselves tell.</summary>
internal static class OpenApiDescription
{
    public static void Describe(OpenApiOptions options) => options.AddDocumentTransformer(DescribeDocument);

    /// <summary>What is null is left out of answers, so nobody may count on it.</summary>
    private static void RequireNothingThatMayBeNull(OpenApiSchema schema)
    {
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
            if (MayBeNull(property)) schema.Required?.Remove(name);
    }

    private static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) == true || (schema.OneOf ?? []).Concat(schema.AnyOf ?? []).Any(MayBeNull);

    private static async Task DescribeDocument(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info = new OpenApiInfo
        {
            Title = "StreamGrains control API",
            Version = "v1",
            Description = "Submits, stops and looks into jobs. Refusals are problem details (RFC 9457): detail says what is wrong and what to do, mistakes has every mistake of a spec, outcome what looking for a key came to.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["apiKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key; not needed on a loopback address without configured keys." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", document)] = [] }];
        foreach (var schema in document.Components.Schemas?.Values.OfType<OpenApiSchema>() ?? []) RequireNothingThatMayBeNull(schema);
        var mistake = await context.GetOrCreateSchemaAsync(typeof(SpecError), null, cancel);
        RequireNothingThatMayBeNull(mistake);
        document.AddComponent(nameof(SpecError), mistake);
        if (document.Components.Schemas?[nameof(ProblemDetails)] is OpenApiSchema { Properties: { } properties })
        {
            properties["mistakes"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Array, Items = new OpenApiSchemaReference(nameof(SpecError), document), Description = "Every mistake of a spec that is refused.",
            };
            properties["outcome"] = new OpenApiSchema
            {
                Type = JsonSchemaType.String, Description = "Of a key without an answer: unknownKey, there is no state for it; moving, a slot that may hold it moves and nobody can say.",
            };
            properties["traceId"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Finds the request in the server's traces." };
        }
    }
}
