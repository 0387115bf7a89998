using System.Globalization;

namespace StreamGrains.Deploy.Tests;

/// <summary>What holds for pods whatever the values are.</summary>
public class PodTests
{
    public static TheoryData<string> Values => Chart.Values();

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Every_pod_runs_without_privileges_on_a_read_only_root(string values)
    {
        var pods = Chart.Render(values).Pods().ToList();

        Assert.Equal(2, pods.Count);   // silos, helm test
        Assert.All(pods, pod =>
        {
            Assert.True(pod.Is("securityContext/runAsNonRoot", "true"));
            Assert.NotEqual(0, pod.Number("securityContext/runAsUser"));
            Assert.Equal("RuntimeDefault", pod.Text("securityContext/seccompProfile/type"));
            Assert.Null(pod.Find("hostNetwork"));
            Assert.All(pod.At("containers").Items, container =>
            {
                Assert.True(container.Is("securityContext/readOnlyRootFilesystem", "true"));
                Assert.True(container.Is("securityContext/allowPrivilegeEscalation", "false"));
                Assert.Equal(["ALL"], container.At("securityContext/capabilities/drop").Items.Select(item => item.Node.ToString()));
                Assert.NotNull(container.Find("resources/requests/cpu"));
                Assert.NotNull(container.Find("resources/limits/memory"));
            });
        });
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void No_pod_gets_a_token_of_the_Kubernetes_API_and_no_role_is_made(string values)
    {
        var manifests = Chart.Render(values);

        Assert.All(manifests.Pods(), pod => Assert.True(pod.Is("automountServiceAccountToken", "false")));
        Assert.True(manifests.One("ServiceAccount").Is("automountServiceAccountToken", "false"));
        Assert.Empty(manifests.Where(manifest => manifest.Kind.Contains("Role", StringComparison.Ordinal)));
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void A_pod_is_killed_only_after_the_time_that_slots_may_take_to_hand_over(string values)
    {
        var manifests = Chart.Render(values);
        var handOver = TimeSpan.Parse(manifests.Silo().Environment()["StreamGrains__StopGrace"], CultureInfo.InvariantCulture);

        Assert.InRange(handOver, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Assert.True(TimeSpan.FromSeconds(manifests.One("StatefulSet").Number("spec/template/spec/terminationGracePeriodSeconds")) >= handOver + TimeSpan.FromSeconds(15));
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Probes_ask_the_health_endpoints_on_the_port_that_the_silo_listens_on(string values)
    {
        var silo = Chart.Render(values).Silo();
        var url = new Uri(silo.Environment()["Urls"]);

        Assert.Equal("0.0.0.0", url.Host);
        Assert.Equal(url.Port, silo.At("ports").Items.Single(port => port.Is("name", "api")).Number("containerPort"));
        foreach (var (probe, path) in new[] { ("startupProbe", "/health/live"), ("livenessProbe", "/health/live"), ("readinessProbe", "/health/ready") })
        {
            var request = silo.At($"{probe}/httpGet");
            Assert.Equal((path, "api", url.Scheme), (request.Text("path"), request.Text("port"), request.Text("scheme").ToLowerInvariant()));
        }
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void What_a_silo_may_write_to_is_mounted(string values)
    {
        var manifests = Chart.Render(values);
        var mounts = manifests.Silo().At("volumeMounts").Items.ToDictionary(mount => mount.Text("mountPath"), mount => mount.Text("name"));
        var volumes = manifests.One("StatefulSet").At("spec/template/spec/volumes").Items.ToDictionary(volume => volume.Text("name"));

        Assert.NotNull(volumes[mounts[manifests.Silo().Environment()["StreamGrains__Data"]]].Find("emptyDir/sizeLimit"));
        Assert.NotNull(volumes[mounts["/tmp"]].Find("emptyDir/sizeLimit"));
        Assert.Equal(mounts.Values.Order(), volumes.Keys.Order());
        if (manifests.Silo().Environment()["StreamGrains__Storage"] is ['/', ..] storage) Assert.NotNull(volumes[mounts[storage]].Find("persistentVolumeClaim/claimName"));
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void One_silo_at_a_time_goes_be_it_for_an_update_or_a_drained_node(string values)
    {
        var manifests = Chart.Render(values);
        var silos = manifests.One("StatefulSet");
        var budget = manifests.One("PodDisruptionBudget");

        Assert.Equal("RollingUpdate", silos.Text("spec/updateStrategy/type"));
        Assert.Equal(1, silos.Number("spec/updateStrategy/rollingUpdate/maxUnavailable"));
        Assert.Equal(1, budget.Number("spec/maxUnavailable"));
        Assert.Equal(silos.Texts("spec/selector/matchLabels"), budget.Texts("spec/selector/matchLabels"));
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Silos_are_told_apart_from_the_test_pod_and_spread_by_their_own_labels(string values)
    {
        var manifests = Chart.Render(values);
        var silos = manifests.One("StatefulSet");
        var selector = silos.Texts("spec/selector/matchLabels");

        Assert.Empty(selector.Except(silos.Texts("spec/template/metadata/labels")));
        Assert.NotEmpty(selector.Except(manifests.One("Pod").Texts("metadata/labels")));
        Assert.All(silos.At("spec/template/spec/topologySpreadConstraints").Items, spread => Assert.Equal(selector, spread.Texts("labelSelector/matchLabels")));
        Assert.NotEmpty(silos.At("spec/template/spec/topologySpreadConstraints").Items);
    }

    [ToolFact("helm")]
    public void A_new_version_of_the_chart_alone_replaces_no_pod()
    {
        var labels = Chart.Render("minimal").One("StatefulSet").Texts("spec/template/metadata/labels").Keys;
        Assert.DoesNotContain("helm.sh/chart", labels);
    }
}
