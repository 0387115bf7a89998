namespace StreamGrains.Deploy.Tests;

/// <summary>Who may speak to whom.</summary>
public class NetworkTests
{
    public static TheoryData<string> Values => Chart.Values();

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Ports_between_silos_are_open_to_silos_only(string values)
    {
        var manifests = Chart.Render(values);
        var policy = manifests.One("NetworkPolicy");
        var ports = Ports(manifests.Silo());
        var selector = manifests.One("StatefulSet").Texts("spec/selector/matchLabels");
        var rules = policy.At("spec/ingress").Items.ToList();

        Assert.Equal(selector, policy.Texts("spec/podSelector/matchLabels"));
        Assert.Equal(2, rules.Count);
        Assert.Equal([ports["silo"], ports["gateway"]], RulePorts(rules[0]));
        Assert.Equal(selector, rules[0].At("from").Items.Single().Texts("podSelector/matchLabels"));
        Assert.Equal([ports["api"]], RulePorts(rules[1]));
        Assert.NotEmpty(rules[1].At("from").Items);
    }

    [ToolTheory("helm")]
    [InlineData("minimal", "53,53", "9092")]
    [InlineData("redis", "53,53", "9093", "6379")]
    [InlineData("postgres", "53,53", "9092", "5432")]
    [InlineData("s3", "53,53", "9092,9094", "6379", "443")]
    [InlineData("sharedVolume", "53,53", "9092", "6379")]
    [InlineData("everything", "5353,5353", "9093,9094", "6380", "8443", "8081")]
    public void Silos_may_call_one_another_and_what_they_are_configured_for(string values, params string[] outside)
    {
        var manifests = Chart.Render(values);
        var ports = Ports(manifests.Silo());
        var rules = manifests.One("NetworkPolicy").At("spec/egress").Items.Select(rule => string.Join(',', RulePorts(rule))).ToList();

        Assert.Equal([$"{ports["silo"]},{ports["gateway"]}", .. outside], rules);
    }

    [ToolTheory("helm")]
    [InlineData("s3://snapshots?endpoint=http://minio.data:9000", "9000")]
    [InlineData("s3://snapshots?endpoint=http://minio.data", "80")]
    [InlineData("s3://snapshots?region=eu-west-1", "443")]
    [InlineData("azure://snapshots/prod", "443")]
    public void The_port_of_the_storage_is_read_from_its_location(string storage, string port)
    {
        var egress = Chart.Render("minimal", $"storage.url={storage}").One("NetworkPolicy").At("spec/egress").Items;
        Assert.Equal([port], RulePorts(egress.Last()));
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Services_lead_to_the_silos_ports_by_their_names(string values)
    {
        var manifests = Chart.Render(values);
        var services = manifests.Where(manifest => manifest.Kind == "Service").ToList();
        var silos = manifests.One("StatefulSet");

        Assert.Equal(2, services.Count);
        Assert.All(services, service =>
        {
            Assert.Equal(silos.Texts("spec/selector/matchLabels"), service.Texts("spec/selector"));
            Assert.All(service.At("spec/ports").Items, port => Assert.Contains(port.Text("targetPort"), Ports(manifests.Silo()).Keys));
        });
        var headless = services.Single(service => service.Is("spec/clusterIP", "None"));
        Assert.Equal(silos.Text("spec/serviceName"), headless.Name);
        Assert.DoesNotContain(headless.At("spec/ports").Items, port => port.Is("name", "api"));
    }

    [ToolFact("helm")]
    public void Scraping_keeps_the_label_that_names_the_streaming_job()
    {
        Assert.Empty(Chart.Render("minimal").Where(manifest => manifest.Kind == "ServiceMonitor"));

        var manifests = Chart.Render("everything");
        var monitor = manifests.One("ServiceMonitor");
        var endpoint = monitor.At("spec/endpoints").Items.Single();
        Assert.True(endpoint.Is("honorLabels", "true"));
        Assert.Equal(("/metrics", "https", "api"), (endpoint.Text("path"), endpoint.Text("scheme"), endpoint.Text("port")));
        var selector = monitor.Texts("spec/selector/matchLabels");
        var selected = manifests.Where(manifest => manifest.Kind == "Service" && !selector.Except(manifest.Texts("metadata/labels")).Any());
        Assert.Equal("api", selected.Single().At("spec/ports").Items.Single().Text("name"));
    }

    private static Dictionary<string, string> Ports(Manifest container) =>
        container.At("ports").Items.ToDictionary(port => port.Text("name"), port => port.Text("containerPort"));

    private static IEnumerable<string> RulePorts(Manifest rule) => rule.At("ports").Items.Select(port => port.Text("port"));
}
