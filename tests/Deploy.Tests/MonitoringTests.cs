using System.Text.Json;
using System.Text.RegularExpressions;

namespace StreamGrains.Deploy.Tests;

/// <summary>Dashboard and alerts, against what a silo publishes.</summary>
public class MonitoringTests
{
    private static readonly string[] Metrics =
    [
        "streamgrains_records_in_total", "streamgrains_records_out_total", "streamgrains_dead_letters_total", "streamgrains_late_rows_total", "streamgrains_lag_records",
        "streamgrains_held_back_offsets",
        "streamgrains_watermark_seconds", "streamgrains_state_bytes", "streamgrains_state_keys", "streamgrains_slots", "streamgrains_commits_total",
        "streamgrains_commit_age_seconds", "streamgrains_snapshot_age_seconds", "streamgrains_snapshots_overdue", "streamgrains_commit_failures_total", "streamgrains_snapshot_failures_total",
        "streamgrains_buffers_bytes", "streamgrains_buffers_limit_bytes",
    ];

    [Fact]
    public void The_metrics_are_those_that_a_process_publishes()
    {
        // By the exporter's rule dots become underscores, and counters end in _total.
        var published = Regex.Matches(Repository.Read("Server/Telemetry/JobMeters.cs"), @"""(streamgrains\.[a-z.]+)""").Select(match => match.Groups[1].Value.Replace('.', '_'));
        Assert.Equal(published.Order(StringComparer.Ordinal), Metrics.Select(name => name.Replace("_total", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_dashboard_shows_every_metric_and_no_other()
    {
        using var dashboard = JsonDocument.Parse(Repository.Read("deploy/grafana/streamgrains.json"));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        var queries = panels.SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!);

        Assert.Equal(Metrics.Order(), queries.SelectMany(Names).Distinct().Order());
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(panels, panel => Assert.NotEqual("", panel.GetProperty("description").GetString()));
    }

    [Fact]
    public void Alerts_ask_only_for_metrics_that_there_are_and_say_what_to_do()
    {
        var rules = Manifest.Parse(Repository.Read("deploy/prometheus/alerts.yml")).Single().At("groups").Items.SelectMany(group => group.At("rules").Items).ToList();
        var recorded = rules.Where(rule => rule.Find("record") is not null).Select(rule => rule.Text("record")).ToList();
        var alerts = rules.Where(rule => rule.Find("alert") is not null).ToList();

        var used = rules.SelectMany(rule => Regex.Matches(rule.Text("expr"), @"(?:job:)?streamgrains_\w+(?::\w+)?")).Select(match => match.Value);
        Assert.Empty(used.Except([.. Metrics, .. recorded]));
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.All(["for", "labels/severity", "annotations/summary", "annotations/description"], path => Assert.NotEqual("", alert.Text(path))));
        var tested = Repository.Read("deploy/prometheus/alerts.test.yml");
        Assert.Empty(alerts.Select(alert => alert.Text("alert")).Where(name => !tested.Contains($"alertname: {name}\n", StringComparison.Ordinal)));
    }

    [ToolFact("promtool")]
    public void Prometheus_takes_the_configuration_and_the_alerts_fire_when_they_should()
    {
        var config = Tool.Run("promtool", "check", "config", "deploy/prometheus/prometheus.yml");
        Assert.True(config.Succeeded, config.Output + config.Errors);
        var alerts = Tool.Run("promtool", "test", "rules", "deploy/prometheus/alerts.test.yml");
        Assert.True(alerts.Succeeded, alerts.Output + alerts.Errors);
    }

    [Fact]
    public void Scraping_keeps_the_label_that_names_the_streaming_job()
    {
        var scrape = Manifest.Parse(Repository.Read("deploy/prometheus/prometheus.yml")).Single().At("scrape_configs").Items.Single();
        Assert.True(scrape.Is("honor_labels", "true"));
        Assert.Equal("/metrics", scrape.Text("metrics_path"));
        var silos = Manifest.Parse(Repository.Read("deploy/compose.yaml")).Single().At("services").Keys.Where(name => name.StartsWith("silo-", StringComparison.Ordinal));
        Assert.Equal(silos.Select(name => $"{name}:8080"), scrape.At("static_configs").Items.Single().At("targets").Items.Select(target => target.Node.ToString()));
    }

    [ToolTheory("helm")]
    [InlineData("fullnameOverride=payments")]
    [InlineData("nameOverride=scoring")]
    [InlineData("fullnameOverride=")]
    public void Whatever_a_release_is_called_its_silos_have_the_job_that_alerts_and_dashboard_ask_for(string name)
    {
        var endpoint = Chart.Render("minimal", "serviceMonitor.enabled=true", name).One("ServiceMonitor").At("spec/endpoints").Items.Single();
        var job = endpoint.At("relabelings").Items.Single(relabeling => relabeling.Is("targetLabel", "job"));
        var scrape = Manifest.Parse(Repository.Read("deploy/prometheus/prometheus.yml")).Single().At("scrape_configs").Items.Single();
        string[] files = ["deploy/prometheus/alerts.yml", "deploy/prometheus/alerts.test.yml", "deploy/grafana/streamgrains.json"];
        var asked = files.Select(file => Regex.Matches(Repository.Read(file), """up\{job=\\?"([^"\\]+)""").Select(match => match.Groups[1].Value).Distinct());

        Assert.Equal(["targetLabel", "replacement"], job.Keys);
        Assert.Equal(scrape.Text("job_name"), job.Text("replacement"));
        Assert.All(asked, jobs => Assert.Equal([scrape.Text("job_name")], jobs));
    }

    private static IEnumerable<string> Names(string query) => Regex.Matches(query, @"streamgrains_\w+").Select(match => match.Value);
}
