using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Server.Telemetry;

namespace StreamGrains.Server.Http;

/// <summary>The HTTP side of a process that runs jobs: control API, its description, health, metrics. The process adds an <see cref="IJobControl"/>.</summary>
public static class ControlServer
{
    /// <summary>Tag of health checks that decide about readiness.</summary>
    public const string Ready = "ready";

    /// <summary>Adds the services; <paramref name="api"/> is the configuration section with the API keys.</summary>
    public static IServiceCollection AddControlServer(this IServiceCollection services, IConfiguration api, ServerProgram program)
    {
        services.AddSingleton(program);
        services.AddOptions<ApiOptions>().Bind(api).Validate(o => AreWhole(o, api), "StreamGrains:Api:Keys: every key has a Name, a Role (Reader, Operator or Admin) and a Sha256 of 64 hexadecimal digits")
            .Validate(o => o.MostModelBytes is not <= 0, "StreamGrains:Api:MostModelBytes is a number of bytes above 0; leave it out for no limit").ValidateOnStart();
        services.AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        var authorization = services.AddAuthorizationBuilder();
        foreach (var role in Enum.GetNames<ApiRole>()) authorization.AddPolicy(role, p => p.RequireRole(role));
        services.ConfigureHttpJsonOptions(o => ControlJson.Apply(o.SerializerOptions));
        services.AddProblemDetails(o => o.CustomizeProblemDetails = Problems.Note);
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.AddExceptionHandler<RequestMistakes>();
        services.AddSingleton<Audit>();
        services.AddOpenApi("v1", OpenApiDescription.Describe);
        services.AddHealthChecks().AddCheck<JobsHealth>("jobs", tags: [Ready]);
        services.AddHostedService<AddressGuard>();
        services.AddSingleton<JobMeters>();
        // What the environment says (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) goes before it, and so stands behind it.
        services.AddSingleton<ServiceResource>();
        services.AddOpenTelemetry()
            .ConfigureResource(r => r.AddDetector(s => s.GetRequiredService<ServiceResource>()).AddEnvironmentVariableDetector())
            .WithMetrics(m => m.AddMeter(JobMeters.Name).AddPrometheusExporter());
        return services;
    }

    /// <summary>Maps everything.</summary>
    public static void MapControlServer(this WebApplication app)
    {
        app.Use(app.Services.GetRequiredService<Audit>().Note);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseAuthentication();
        app.UseAuthorization();
        ControlApi.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains(Ready) });
        app.Services.GetRequiredService<JobMeters>();
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>A key whose role cannot be read is left out when the section is bound; without the key nothing would be locked.</summary>
    private static bool AreWhole(ApiOptions options, IConfiguration api) =>
        options.Keys.Count == api.GetSection(nameof(ApiOptions.Keys)).GetChildren().Count()
        && options.Keys.All(k => k.Name.Length > 0 && k.Sha256.Length == 64 && k.Sha256.All(char.IsAsciiHexDigit));
}
