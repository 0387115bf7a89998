using Microsoft.Extensions.Configuration;
using StreamGrains.Silo;
using StreamGrains.Silo.Clustering;

namespace StreamGrains.Cluster.Tests;

public sealed class SettingsTests
{
    [Fact]
    public void The_settings_file_has_every_setting_with_its_default()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build().GetSection(SiloSettings.Section);
        var written = file.Get<SiloSettings>()!;
        var defaults = new SiloSettings { Kafka = { Bootstrap = "127.0.0.1:9092" } };
        Assert.Equivalent(defaults, written, strict: true);
        Assert.Equal(Names(typeof(SiloSettings)).Append("Api").Append("Log").Order(), file.GetChildren().Select(c => c.Key).Order());
        Assert.Equal(Names(typeof(ClusterSettings)), file.GetSection("Cluster").GetChildren().Select(c => c.Key).Order());
    }

    [Fact]
    public void Every_mistake_in_the_settings_is_told_at_once()
    {
        var settings = new SiloSettings { Cluster = { Clustering = ClusteringKind.Redis, AdvertisedAddress = "silo-1", SiloPort = 1, GatewayPort = 1 }, Lanes = -1, StopGrace = TimeSpan.Zero };
        Assert.Equal(6, settings.Mistakes().Count());
        Assert.Contains(settings.Mistakes(), m => m.StartsWith("StreamGrains:Kafka:Bootstrap", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(Type type) => type.GetProperties().Where(p => p.CanRead && !p.GetMethod!.IsStatic).Select(p => p.Name).Order();
}
