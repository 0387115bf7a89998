
namespace StreamGrains.Deploy.Tests;

/// <summary>How values become the silo's configuration.</summary>
public class ConfigurationTests
{
    private const string KafkaSettings = "StreamGrains__Kafka__Settings__";

    public static TheoryData<string> Values => Chart.Values();

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Every_variable_is_one_that_the_silo_reads(string values)
    {
        var names = Chart.Render(values).Silo().At("env").Items.Select(variable => variable.Text("name")).ToList();
        var own = names.Where(name => name.StartsWith("StreamGrains__", StringComparison.Ordinal) && !name.StartsWith(KafkaSettings, StringComparison.Ordinal));

        Assert.Equal(names.Distinct(), names);
        // appsettings.json has every setting with its default.
        Assert.Empty(own.Except(Paths(Manifest.Parse(Repository.Read("Silo/appsettings.json")).Single())));
    }

    [ToolTheory("helm"), MemberData(nameof(Values))]
    public void Silos_go_by_the_name_and_the_address_of_their_pod(string values)
    {
        var variables = Chart.Render(values).Silo().At("env").Items.ToDictionary(variable => variable.Text("name"));
        Assert.Equal("status.podIP", variables["StreamGrains__Cluster__AdvertisedAddress"].Text("valueFrom/fieldRef/fieldPath"));
        Assert.Equal("metadata.name", variables["StreamGrains__Cluster__Name"].Text("valueFrom/fieldRef/fieldPath"));
    }

    [ToolFact("helm")]
    public void Settings_of_the_Kafka_client_arrive_as_they_were_written()
    {
        var environment = Chart.Render("redis").Silo().Environment();

        Assert.Equal("2000000", environment[KafkaSettings + "message.max.bytes"]);
        Assert.Equal("true", environment[KafkaSettings + "enable.ssl.certificate.verification"]);
        Assert.Equal("SASL_SSL", environment[KafkaSettings + "security.protocol"]);
    }

    [ToolFact("helm")]
    public void What_is_secret_is_in_the_secret_only()
    {
        var manifests = Chart.Render("redis");
        var secret = manifests.One("Secret");

        Assert.Equal("redis.data:6379,password=p\"w,ssl=true", secret.Text("stringData/StreamGrains__Cluster__Connection"));
        Assert.Equal("s3cret: {{ not a template }}", secret.Text("stringData/StreamGrains__Kafka__Settings__sasl.password"));
        Assert.Equal(("ops", "admin"), (secret.Text("stringData/StreamGrains__Api__Keys__0__Name"), secret.Text("stringData/StreamGrains__Api__Keys__0__Role")));
        Assert.Equal(("board", "reader"), (secret.Text("stringData/StreamGrains__Api__Keys__1__Name"), secret.Text("stringData/StreamGrains__Api__Keys__1__Role")));
        Assert.All(manifests.Where(manifest => manifest.Kind != "Secret"), manifest =>
        {
            Assert.DoesNotContain("password=", manifest.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", manifest.ToString(), StringComparison.Ordinal);
        });
        Assert.Equal(secret.Name, manifests.Silo().At("envFrom").Items.Single().Text("secretRef/name"));
    }

    [ToolFact("helm")]
    public void A_changed_secret_replaces_the_pods_and_nothing_else_does()
    {
        static string Checksum(params string[] set) => Chart.Render("redis", set).One("StatefulSet").Texts("spec/template/metadata/annotations")["checksum/secret"];
        Assert.NotEqual(Checksum(), Checksum("cluster.connection=other:6379"));
        Assert.Equal(Checksum(), Checksum("replicas=9"));
    }

    [ToolFact("helm")]
    public void Secrets_that_exist_are_used_and_none_is_made()
    {
        var manifests = Chart.Render("postgres");
        var silo = manifests.Silo();

        Assert.Empty(manifests.Where(manifest => manifest.Kind == "Secret"));
        var connection = silo.At("env").Items.Single(variable => variable.Is("name", "StreamGrains__Cluster__Connection"));
        Assert.Equal(("streamgrains-postgres", "dsn"), (connection.Text("valueFrom/secretKeyRef/name"), connection.Text("valueFrom/secretKeyRef/key")));
        Assert.Equal(
            [(KafkaSettings, "streamgrains-kafka"), ("StreamGrains__Api__Keys__", "streamgrains-keys")],
            silo.At("envFrom").Items.Select(source => (source.Text("prefix"), source.Text("secretRef/name"))));
        Assert.EndsWith("silo@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", silo.Text("image"), StringComparison.Ordinal);
    }

    [ToolFact("helm")]
    public void The_shared_volume_is_the_storage_and_outlives_the_release()
    {
        var manifests = Chart.Render("sharedVolume");
        var claim = manifests.One("PersistentVolumeClaim");

        Assert.Equal("/shared", manifests.Silo().Environment()["StreamGrains__Storage"]);
        Assert.Equal(["ReadWriteMany"], claim.At("spec/accessModes").Items.Select(item => item.Node.ToString()));
        Assert.Equal("keep", claim.Texts("metadata/annotations")["helm.sh/resource-policy"]);
        var volume = manifests.One("StatefulSet").At("spec/template/spec/volumes").Items.Single(v => v.Is("name", "shared"));
        Assert.Equal(claim.Name, volume.Text("persistentVolumeClaim/claimName"));
        Assert.Empty(Chart.Render("sharedVolume", "storage.sharedVolume.existingClaim=mine").Where(manifest => manifest.Kind == "PersistentVolumeClaim"));
    }

    [ToolFact("helm")]
    public void With_TLS_the_silo_gets_certificate_and_key_and_probes_ask_by_https()
    {
        var silo = Chart.Render("everything").Silo();
        var environment = silo.Environment();

        Assert.Equal("https://0.0.0.0:8443", environment["Urls"]);
        Assert.Equal("00:01:30", environment["StreamGrains__StopGrace"]);
        var mount = silo.At("volumeMounts").Items.Single(m => m.Is("name", "tls")).Text("mountPath");
        Assert.Equal(($"{mount}/tls.crt", $"{mount}/tls.key"), (environment["Kestrel__Certificates__Default__Path"], environment["Kestrel__Certificates__Default__KeyPath"]));
    }

    private static IEnumerable<string> Paths(Manifest settings) =>
        settings.Keys.SelectMany(key => settings.At(key).Keys.Any() ? Paths(settings.At(key)).Select(path => $"{key}__{path}") : [key]);
}
