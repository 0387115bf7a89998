using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace StreamGrains.Hosting.Http;

/// <summary>What the OpenAPI document says beside what the endpoints themselves tell.</summary>
internal static class OpenApiDescription
{
    public static void Describe(OpenApiOptions options) => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo
        {
            Title = "StreamGrains control API",
            Version = "v1",
            Description = "Submits, stops and looks into jobs. Refusals are problem details (RFC 9457): detail says what is wrong and what to do, mistakes has every mistake of a spec.",
        };
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["apiKey"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key; not needed on a loopback address without configured keys." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("apiKey", document)] = [] }];
        return Task.CompletedTask;
    });
}
