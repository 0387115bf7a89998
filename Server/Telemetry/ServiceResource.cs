using OpenTelemetry.Resources;
using StreamGrains.Control.Supervision;

namespace StreamGrains.Server.Telemetry;

/// <summary>Who this process is to whoever collects its telemetry: the program, its version, and the name under which it owns slots.</summary>
internal sealed class ServiceResource(ServerProgram program, JobHost host) : IResourceDetector
{
    public Resource Detect() => new([
        new("service.name", program.Name),
        new("service.version", program.Info.Version),
        new("service.instance.id", host.Owner),
    ]);
}
