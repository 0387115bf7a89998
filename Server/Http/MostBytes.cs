using Microsoft.AspNetCore.Http.Metadata;

namespace StreamGrains.Server.Http;

/// <summary>The largest body that an endpoint reads.</summary>
internal sealed record MostBytes(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
