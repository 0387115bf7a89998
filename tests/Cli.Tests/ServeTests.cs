using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StreamGrains.Cli.Tests;

/// <summary>A server as a process with a real broker, and the commands against it.</summary>
public sealed class ServeTests : IDisposable
{
    private const int Terminals = 20;

    private readonly Scratch scratch = new();
    private readonly string mark = Guid.NewGuid().ToString("N")[..8];

    private string Data => Path.Combine(scratch.Root, "data");

    public void Dispose() => scratch.Dispose();

    [RealBrokerFact]
    public void The_fraud_job_is_handed_in_with_its_model_and_survives_the_kill_of_its_server()
    {
        var job = FraudJob();
        Load(0, 3000);
        using var first = new Served(SuiteBroker.Bootstrap, Data);

        var submitted = first.Run("submit", job).Well().Output;
        var again = first.Run("submit", job).Well().Output;
        first.Until(s => Totals(s).GetProperty("rowsIn").GetInt64() >= 3000 && Totals(s).GetProperty("lag").GetInt64() == 0, "status", $"fraud-{mark}", "--output", "json");
        Load(3000, 3000);
        first.Kill();

        using var second = new Served(SuiteBroker.Bootstrap, Data);
        var table = second.Until(s => s.Contains($"fraud-{mark}  running", StringComparison.Ordinal), "status", $"fraud-{mark}");
        Load(6000, 1000);
        Eventually.True(() => Scored().Count >= 7000, TimeSpan.FromMinutes(2), "every payment is scored");
        var log = second.Run("logs", $"fraud-{mark}").Well().Output;
        var stopped = second.Run("stop", $"fraud-{mark}").Well().Output;
        var models = second.Run("models").Well().Output;
        var hash = models.Split('\n')[1].Split(' ')[0];
        var used = second.Run("remove-model", hash);
        var noModel = second.Run("remove-model", new string('0', 64));

        Assert.Contains("is new and starts: revision 1", submitted, StringComparison.Ordinal);
        Assert.Contains("runs this very spec already", again, StringComparison.Ordinal);
        Assert.Contains("SLOT", table, StringComparison.Ordinal);
        Assert.Contains("WATERMARK", table, StringComparison.Ordinal);
        Assert.Contains("goes on after", log, StringComparison.Ordinal);
        Assert.Contains("is stopped", stopped, StringComparison.Ordinal);
        Assert.Matches($@"^MODEL .*\n[0-9a-f]{{64}} .* kB +fraud-{mark}\n$", models);
        Assert.Equal(1, used.ExitCode);
        Assert.Contains($"used by job 'fraud-{mark}'", used.Errors, StringComparison.Ordinal);
        Assert.Contains("no model file with this content was uploaded", noModel.Errors, StringComparison.Ordinal);
        // Every payment once, with the count of its customer that it must have.
        var scored = Scored();
        Assert.Equal(Enumerable.Range(0, 7000), scored.Select(r => r.GetProperty("tx_id").GetInt32()).Order());
        Assert.All(scored, r => Assert.Equal(r.GetProperty("tx_id").GetInt32() / Customers + 1, r.GetProperty("customer_count_30d").GetInt32()));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Data, ".serve", "models")));
        Assert.Equal(0, second.Stop().ExitCode);
    }

    [RealBrokerFact]
    public void Commands_say_what_is_and_what_is_wrong()
    {
        Load(0, 10);
        var job = scratch.Write("job.yaml", Counting());
        using var server = new Served(SuiteBroker.Bootstrap, Data);

        var none = server.Run("jobs").Well();
        var mistaken = server.Run("submit", scratch.Write("bad.yaml", Counting().Replace("count()", "cuont()", StringComparison.Ordinal)));
        server.Run("submit", job).Well();
        server.Until(s => s.Contains("2/2", StringComparison.Ordinal), "jobs");
        var json = JsonDocument.Parse(server.Run("jobs", "--output", "json").Well().Output).RootElement;
        var unknown = server.Run("status", $"countin-{mark}");
        var running = server.Run("remove", $"counting-{mark}");
        var reset = Tool.Run("reset", job, "--bootstrap", SuiteBroker.Bootstrap, "--data-dir", Data, "--yes");
        var second = Tool.Run("serve", "--bootstrap", SuiteBroker.Bootstrap, "--url", "http://127.0.0.1:0", "--data-dir", Data);
        server.Run("stop", $"counting-{mark}").Well();
        var started = server.Run("start", $"counting-{mark}", "--output", "json").Well();
        server.Run("stop", $"counting-{mark}").Well();
        var removed = server.Run("remove", $"counting-{mark}").Well();

        Assert.Contains("has no jobs", none.Errors, StringComparison.Ordinal);
        Assert.Equal(2, mistaken.ExitCode);
        Assert.Contains($"{Path.Combine(scratch.Root, "bad.yaml")}:10:", mistaken.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean 'count'?", mistaken.Errors, StringComparison.Ordinal);
        Assert.Equal($"counting-{mark}", json[0].GetProperty("job").GetString());
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains($"did you mean 'counting-{mark}'?", unknown.Errors, StringComparison.Ordinal);
        Assert.Equal(1, running.ExitCode);
        Assert.Contains("stop it first", running.Errors, StringComparison.Ordinal);
        Assert.Equal(1, reset.ExitCode);
        Assert.Contains("runs on this machine", reset.Errors, StringComparison.Ordinal);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains("another server runs with the data directory", second.Errors, StringComparison.Ordinal);
        Assert.Equal($"counting-{mark}", JsonDocument.Parse(started.Output).RootElement.GetProperty("job").GetString());
        Assert.Contains("is off the list", removed.Output, StringComparison.Ordinal);
        var log = server.Stop().Well().Errors;
        string[] life = [$"job 'counting-{mark}' is created, revision 1", $"StreamGrains.Jobs.counting-{mark}[1] the job runs: revision 1, 2 slots", $"StreamGrains.Jobs.counting-{mark}[1] the job is stopped"];
        Assert.All(life, words => Assert.Contains(words, log, StringComparison.Ordinal));
    }

    [RealBrokerFact]
    public void With_keys_a_server_wants_one_and_tells_who_asked_for_what()
    {
        var config = scratch.Write("server.json", $$"""
            { "StreamGrains": { "Api": { "Keys": [ { "Name": "ci", "Role": "Operator", "Sha256": "{{Convert.ToHexStringLower(SHA256.HashData("the-key"u8))}}" } ] } } }
            """);
        using var server = new Served(SuiteBroker.Bootstrap, Data, "--config", config);
        var key = scratch.Write("key.txt", "the-key\n");

        var without = server.Run("jobs");
        server.Run("jobs", "--api-key-file", key).Well();
        var unknown = server.Run("stop", "nothing", "--api-key-file", key);
        var forbidden = server.Run("remove", "nothing", "--api-key-file", key);
        var stopped = server.Stop();

        Assert.Equal(1, without.ExitCode);
        Assert.Contains("STREAMGRAINS_API_KEY", without.Errors, StringComparison.Ordinal);
        Assert.Contains("there is no job 'nothing'", unknown.Errors, StringComparison.Ordinal);
        Assert.Contains("a higher role", forbidden.Errors, StringComparison.Ordinal);
        Assert.Contains("ci asked for POST /api/v1/jobs/nothing/stop: 404", stopped.Errors, StringComparison.Ordinal);
        Assert.Contains("ci asked for DELETE /api/v1/jobs/nothing: 403", stopped.Errors, StringComparison.Ordinal);
        Assert.Equal(0, stopped.ExitCode);
    }

    private const int Customers = 100;

    private static JsonElement Totals(string status) => status.Length == 0
        ? JsonDocument.Parse("""{"rowsIn":0,"lag":-1}""").RootElement
        : JsonDocument.Parse(status).RootElement.GetProperty("totals") is var totals && totals.TryGetProperty("lag", out _) ? totals : JsonDocument.Parse("""{"rowsIn":0,"lag":-1}""").RootElement;

    private List<JsonElement> Scored() => [.. TestTopics.ReadCommitted(SuiteBroker.Bootstrap, $"scored-{mark}").Select(r => JsonSerializer.Deserialize<JsonElement>(r.Message.Value))];

    /// <summary>Payments of so many customers by turns, a second apart, numbered.</summary>
    private void Load(int from, int count)
    {
        var rows = new StringBuilder("TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n");
        for (var i = from; i < from + count; i++)
            rows.AppendLine(CultureInfo.InvariantCulture, $"{i},{DateTimeOffset.FromUnixTimeSeconds(1_522_540_800 + i):yyyy-MM-dd HH:mm:ss},{i % Customers},{i % Terminals},{i % 50}.5,0");
        Tool.Run("produce", scratch.Write("payments.csv", rows.ToString()), "--bootstrap", SuiteBroker.Bootstrap, "--topic", $"payments-{mark}", "--key", "CUSTOMER_ID", "--partitions", "2").Well();
    }

    /// <summary>The sample beside its model, with names of its own. Watermarks do not hold rows back: the delayed features are complete at once.</summary>
    private string FraudJob()
    {
        var samples = Path.Combine(Repository.Root, "samples/fraud");
        Directory.CreateDirectory(Path.Combine(scratch.Root, "models"));
        File.Copy(Path.Combine(samples, "models/xgboost_100.onnx"), Path.Combine(scratch.Root, "models/xgboost_100.onnx"));
        var spec = File.ReadAllText(Path.Combine(samples, "job.yaml"));
        foreach (var (from, to) in new[] { ("job: card-fraud", "job: fraud"), ("topic: transactions", "topic: payments"), ("topic: scored", "topic: scored"), ("topic: alerts", "topic: alerts") })
            spec = spec.Replace($"{from}\n", $"{to}-{mark}\n", StringComparison.Ordinal);
        return scratch.Write("fraud.yaml", spec);
    }

    private string Counting() => $$"""
        job: counting-{{mark}}
        sources:
          payments:
            topic: payments-{{mark}}
            key: CUSTOMER_ID
            fields: { CUSTOMER_ID: long, TX_DATETIME: timestamp_iso }
            event_time: TX_DATETIME
        steps:
          - from: payments
          - rolling: { n: count() over 1h }
          - to: { topic: counted-{{mark}}, key: CUSTOMER_ID }
        """;
}
