namespace StreamGrains.Deploy.Tests;

/// <summary>Values that cannot be right are refused, and the message says what to do.</summary>
public class RefusalTests
{
    [ToolTheory("helm")]
    [InlineData("image.repository=", "image.repository is not set", "deploy/Dockerfile")]
    [InlineData("kafka.bootstrap=", "kafka.bootstrap is not set", "--set kafka.bootstrap=")]
    [InlineData("kafka.bootstrap=kafka", "kafka.bootstrap (kafka) names no port", "networkPolicy.egress.kafka.ports")]
    [InlineData("replicas=2", "replicas is 2, but with cluster.clustering localhost", "redis or postgres")]
    [InlineData("cluster.clustering=redis", "there is no connection", "cluster.existingSecret")]
    [InlineData("cluster.connection=a,cluster.existingSecret=b", "both set", "Keep one")]
    [InlineData("api.keys=null", "There are no API keys", "sha256sum")]
    [InlineData("api.existingSecret=keys", "api.keys and api.existingSecret are both set", "Keep one")]
    [InlineData("api.tls.enabled=true", "api.tls.existingSecret", "kubernetes.io/tls")]
    [InlineData("storage.url=/elsewhere", "no volume that all silos see is mounted there", "storage.sharedVolume.enabled")]
    [InlineData("storage.url=s3://a,storage.sharedVolume.enabled=true", "storage.url is s3://a", "/shared")]
    public void Values_that_need_each_other(string set, string wrong, string remedy)
    {
        var outcome = Chart.Template("minimal", set);
        Assert.False(outcome.Succeeded);
        Assert.Contains(wrong, outcome.Errors, StringComparison.Ordinal);
        Assert.Contains(remedy, outcome.Errors, StringComparison.Ordinal);
    }

    [ToolTheory("helm")]
    [InlineData("replica=2", "'replica' not allowed")]
    [InlineData("kafka.topic=a", "'topic' not allowed")]
    [InlineData("networkPolicy.egress.redis.port=1", "'redis' not allowed")]
    [InlineData("replicas=0", "/replicas")]
    [InlineData("replicas=three", "got string, want integer")]
    [InlineData("lanes=-1", "/lanes")]
    [InlineData("stopGraceSeconds=20s", "got string, want integer")]
    [InlineData("stopMarginSeconds=5", "/stopMarginSeconds")]
    [InlineData("cluster.clustering=zookeeper", "'localhost', 'redis', 'postgres'")]
    [InlineData("cluster.siloPort=70000", "/cluster/siloPort")]
    [InlineData("storage.url=gs://bucket", "/storage/url")]
    [InlineData("storage.sharedVolume.size=big", "/storage/sharedVolume/size")]
    [InlineData("api.keys[0].role=root", "'reader', 'operator', 'admin'")]
    [InlineData("api.keys[0].sha256=secret", "/api/keys/0/sha256")]
    [InlineData("image.digest=latest", "/image/digest")]
    [InlineData("kafka.settings.SASL=a", "at '/kafka/settings': additional properties 'SASL' not allowed")]
    public void Values_that_the_schema_does_not_know(string set, string wrong)
    {
        var outcome = Chart.Template("minimal", set);
        Assert.False(outcome.Succeeded);
        Assert.Contains(wrong, outcome.Errors, StringComparison.Ordinal);
    }

    [ToolFact("helm")]
    public void A_path_on_a_volume_of_ones_own_is_storage_too()
    {
        var silo = Chart.Render(
            "minimal", "storage.url=/mnt/state/jobs", "extraVolumes[0].name=mine", "extraVolumeMounts[0].name=mine", "extraVolumeMounts[0].mountPath=/mnt/state").Silo();
        Assert.Equal("/mnt/state/jobs", silo.Environment()["StreamGrains__Storage"]);
    }
}
