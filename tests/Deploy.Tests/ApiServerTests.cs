using YamlDotNet.RepresentationModel;

namespace StreamGrains.Deploy.Tests;

/// <summary>What a real Kubernetes API server says to the chart.</summary>
public class ApiServerTests(ApiServer server) : IClassFixture<ApiServer>
{
    // Its definition comes with the Prometheus operator, which is not here.
    private const string WithoutMonitor = "serviceMonitor.enabled=false";

    public static TheoryData<string> Values => Chart.Values();

    [ToolTheory("helm", ApiServer.Script, ApiServer.Server, ApiServer.Client, ApiServer.Store), MemberData(nameof(Values))]
    public void It_takes_every_manifest(string values)
    {
        var text = Chart.Text(values, WithoutMonitor);
        var outcome = server.Apply(text, "--dry-run=server");

        Assert.True(outcome.Succeeded, outcome.Errors);
        Assert.Equal("", outcome.Errors);   // no warning: nothing deprecated, nothing short of the restricted standard
        Assert.Equal(Manifest.Parse(text).Count, outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [ToolTheory("helm", ApiServer.Script, ApiServer.Server, ApiServer.Client, ApiServer.Store), MemberData(nameof(Values))]
    public void A_namespace_that_admits_restricted_pods_only_admits_silos(string values)
    {
        var silos = Chart.Render(values, WithoutMonitor, "priorityClassName=").One("StatefulSet");
        var pod = Manifest.Parse("{ apiVersion: v1, kind: Pod, metadata: { name: silo } }").Single();
        ((YamlMappingNode)pod.Node).Add("spec", silos.At("spec/template/spec").Node);
        var outcome = server.Apply(pod.ToString(), "--dry-run=server");

        Assert.True(outcome.Succeeded, outcome.Errors);
    }

    [ToolFact("helm", ApiServer.Script, ApiServer.Server, ApiServer.Client, ApiServer.Store)]
    public void It_would_refuse_a_pod_with_more_rights_and_an_unknown_field()
    {
        var text = Chart.Text("minimal");
        var unknown = server.Apply(text.Replace("minReadySeconds", "minReadinessSeconds", StringComparison.Ordinal), "--dry-run=server");
        var root = server.Apply(text.Replace("allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", StringComparison.Ordinal), "--dry-run=server");

        Assert.Contains("minReadinessSeconds", unknown.Errors, StringComparison.Ordinal);
        Assert.Contains("allowPrivilegeEscalation", root.Errors, StringComparison.Ordinal);
    }

    [ToolFact("helm", ApiServer.Script, ApiServer.Server, ApiServer.Client, ApiServer.Store)]
    public void An_upgrade_changes_only_what_may_change()
    {
        var first = server.Apply(Chart.Text("redis"));
        Assert.True(first.Succeeded, first.Errors);

        // Another image, storage, ports, times and number of silos, on the objects of the same names.
        string[] changes = ["image.tag=2.0.0", "replicas=5", "cluster.siloPort=12111", "api.port=9090", "stopGraceSeconds=60", "minReadySeconds=0", "storage.url=s3://snapshots"];
        var second = server.Apply(Chart.Text("redis", changes));
        Assert.True(second.Succeeded, second.Errors);
        Assert.Contains($"statefulset.apps/{Chart.Release}-streamgrains configured", second.Output, StringComparison.Ordinal);
    }
}
