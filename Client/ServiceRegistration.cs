using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace StreamGrains.Client;

/// <summary>The client as a service.</summary>
public static class ServiceRegistration
{
    /// <summary>
    /// Adds <see cref="StreamGrainsClient"/> over an <see cref="HttpClient"/> of the factory. Attempts that the server does not answer, or answers with 408, 429 or a code from 500, are
    /// repeated up to three times with growing pauses; taking a savepoint and starting from one only where the server was not reached, because twice is not the same as once there. More can be
    /// set on the builder that is returned.
    /// </summary>
    /// <param name="services">Services of the program.</param>
    /// <param name="configure">Sets address and API key; default: a server on this machine without a key.</param>
    public static IHttpClientBuilder AddStreamGrainsClient(this IServiceCollection services, Action<StreamGrainsClientOptions>? configure = null)
    {
        services.AddOptions<StreamGrainsClientOptions>().Configure(configure ?? (_ => { })).Validate(o => o.AttemptTimeout > TimeSpan.Zero, "AttemptTimeout is longer than 0");
        var client = services.AddHttpClient<StreamGrainsClient>((provider, http) =>
        {
            var options = provider.GetRequiredService<IOptions<StreamGrainsClientOptions>>().Value;
            http.BaseAddress = options.Address;
            http.Timeout = Timeout.InfiniteTimeSpan;
            if (options.ApiKey is { } key) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        });
        var pipeline = client.AddStandardResilienceHandler().PipelineName;
        services.AddOptions<HttpStandardResilienceOptions>(pipeline).Configure<IOptions<StreamGrainsClientOptions>>((resilience, options) =>
        {
            var attempt = options.Value.AttemptTimeout;
            resilience.AttemptTimeout.Timeout = attempt;
            resilience.TotalRequestTimeout.Timeout = 4 * attempt;
            resilience.CircuitBreaker.SamplingDuration = 2 * attempt;
            resilience.AttemptTimeout.TimeoutGenerator = args => new(Once.Is(args.Context) ? 4 * attempt : attempt);
            var usual = resilience.Retry.ShouldHandle;
            resilience.Retry.ShouldHandle = args => Once.Is(args.Context) ? new(Once.WasNotBegun(args.Outcome)) : usual(args);
        });
        return client;
    }
}
