using StreamGrains.Client;
using StreamGrains.Contracts;
using StreamGrains.Engine.Plan;
using StreamGrains.Specs;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Api.Tests.Sdk;

public sealed class JobBuilderTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1), Week = TimeSpan.FromDays(7), Month = TimeSpan.FromDays(30);

    private static readonly string[] Features =
    [
        "amount", "weekend", "night", "customer_count_1d", "customer_avg_1d", "customer_count_7d", "customer_avg_7d", "customer_count_30d", "customer_avg_30d",
        "terminal_count_1d", "terminal_risk_1d", "terminal_count_7d", "terminal_risk_7d", "terminal_count_30d", "terminal_risk_30d",
    ];

    [Fact]
    public void The_fraud_job_built_in_code_is_the_one_of_the_sample()
    {
        var sample = Compiled(File.ReadAllText(Repository.PathOf("samples/fraud/job.yaml")));

        var built = Compiled(JobSpecText.Write(FraudJob()));

        Assert.Equal(sample.Fingerprint, built.Fingerprint);
        Assert.Equal(Explained(sample), Explained(built));
        Assert.Equivalent(sample, built, strict: true);
    }

    [Fact]
    public void The_streams_job_built_in_code_is_the_one_of_the_sample()
    {
        var built = JobBuilder.Create("spending-alerts")
            .Source("payments", s => s.Topic("sample-payments").Key("customer_id").EventTime("ts").Watermark(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10))
                .Field("tx_id", FieldType.Long).Field("ts", FieldType.TimestampMs).Field("customer_id", FieldType.Long).Field("amount", FieldType.Double))
            .Rolling(r => r.Sum("spent_1h", "amount", over: TimeSpan.FromHours(1)))
            .ToStream("alerts", "fraud", key: "customer_id", when: "spent_1h > 500", fields: ["tx_id", "customer_id", "amount", "spent_1h"])
            .Build();

        Assert.Equal(Explained(Compiled(File.ReadAllText(Repository.PathOf("samples/streams/job.yaml")))), Explained(Compiled(JobSpecText.Write(built))));
    }

    [Fact]
    public void What_is_the_default_is_not_written()
    {
        var text = JobSpecText.Write(JobBuilder.Create("small").Source("events", s => s.Field("id", FieldType.Long).Field("note", FieldType.String, optional: true)).To("out").Build());

        Assert.Equal(
            """
            {
              "job": "small",
              "sources": {
                "events": {
                  "topic": "events",
                  "fields": {
                    "id": "long",
                    "note": "string?"
                  }
                }
              },
              "steps": [
                {
                  "from": "events"
                },
                {
                  "to": {
                    "topic": "out"
                  }
                }
              ]
            }
            """,
            text);
    }

    [Fact]
    public void Everything_that_a_spec_can_say_can_be_built_and_comes_back_from_its_text()
    {
        var spec = JobBuilder.Create("everything").Guarantee(DeliveryGuarantee.AtLeastOnce).Commit(TimeSpan.FromSeconds(1), 500).Snapshot(TimeSpan.FromMinutes(5), 20_000)
            .Alignment(TimeSpan.FromMinutes(10)).Slots(4).Standby(1).DeadLetters("rejected")
            .Source("events", s => s.Topic("events.v1").Format("csv").Key("id").EventTime("ts").Watermark(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(1500))
                .Field("id", FieldType.Long).Field("ts", FieldType.TimestampIso, name: "Time").Field("v", FieldType.Double).Field("region", FieldType.String, "x-region", optional: true, FieldOrigin.Header))
            .From("events").Filter("v > 0 and region != 'a\"b'").Sample(12.5m, "id").Derive("w", "v * 2").Derive("x", "w + 1")
            .Rolling(r => r.Count("n", Day).Sum("s", "v", Day).Average("a", "v", Day, Week).Min("lo", "v", Day).Max("hi", "v", Day).StandardDeviation("dev", "v", Day).Variance("var", "v", Day))
            .Hopping(TimeSpan.FromHours(1), TimeSpan.FromMinutes(10), w => w.Count("c").Sum("t", "v").Average("m", "v").Min("l", "v").Max("h", "v").StandardDeviation("d", "v").Variance("q", "v").LateTo("late"))
            .Score("models/m.onnx", ["t", "c"], new OrderedDictionary<string, string> { ["p"] = "probabilities[1]", ["label"] = "label" })
            .To("out", when: "p >= 0.9", key: "id", fields: ["id", "p"], format: "csv")
            .Build();

        var errors = new SpecErrors("text");
        var read = new SpecBinder(errors).Bind(SpecReader.Read(new("text", JobSpecText.Write(spec)), errors)!);

        Assert.True(errors.None);
        Assert.Equivalent(spec, read, strict: true);
        Assert.Empty(JobCompiler.Compile(spec, null, "/").Errors);
    }

    [Fact]
    public void Tumbling_windows_and_a_source_that_is_not_named_again()
    {
        var spec = JobBuilder.Create("hourly").Source("events", s => s.Key("id").Field("id", FieldType.Long)).Tumbling(TimeSpan.FromHours(1), w => w.Count("n")).To("out").Build();

        Assert.Equal("events", spec.Steps[0].From);
        Assert.Equal(TimeSpan.FromHours(1), Compiled(JobSpecText.Write(spec)) is { } ? spec.Steps[1].Window!.Tumbling : null);
    }

    [Fact]
    public void What_no_text_can_say_is_refused_where_it_is_said()
    {
        Assert.Throws<ArgumentException>(() => JobBuilder.Create("a").Rolling(r => r.Count("n", TimeSpan.FromTicks(1))));
        Assert.Throws<ArgumentException>(() => JobBuilder.Create("a").Derive("x", "1").Derive("x", "2"));
        Assert.Throws<ArgumentException>(() => JobBuilder.Create("a").Source("s", _ => { }).Source("s", _ => { }));
        Assert.Throws<InvalidOperationException>(() => JobBuilder.Create("a").To("out").Build());
        Assert.Throws<ArgumentException>(() => JobSpecText.Write(JobBuilder.Create("a").Source("s", _ => { }).Alignment(TimeSpan.FromHours(-1)).Build()));
    }

    private static JobSpec FraudJob() => JobBuilder.Create("card-fraud").Alignment(Day)
        .Source("transactions", s => s.Key("customer_id").EventTime("ts").Watermark(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30))
            .Field("tx_id", FieldType.Long, "TRANSACTION_ID").Field("ts", FieldType.TimestampIso, "TX_DATETIME").Field("customer_id", FieldType.Long, "CUSTOMER_ID")
            .Field("terminal_id", FieldType.Long, "TERMINAL_ID").Field("amount", FieldType.Double, "TX_AMOUNT").Field("fraud", FieldType.Bool, "TX_FRAUD"))
        .Derive("weekend", "is_weekend(ts)").Derive("night", "hour(ts) <= 6")
        .Rolling(r => r.Count("customer_count_1d", Day).Average("customer_avg_1d", "amount", Day).Count("customer_count_7d", Week).Average("customer_avg_7d", "amount", Week)
            .Count("customer_count_30d", Month).Average("customer_avg_30d", "amount", Month))
        .Key("terminal_id")
        .Rolling(r => r.Count("terminal_count_1d", Day, Week).Average("terminal_risk_1d", "fraud", Day, Week).Count("terminal_count_7d", Week, Week).Average("terminal_risk_7d", "fraud", Week, Week)
            .Count("terminal_count_30d", Month, Week).Average("terminal_risk_30d", "fraud", Month, Week))
        .Score("models/xgboost_100.onnx", Features)
        .To("scored", key: "customer_id", fields: ["tx_id", "ts", "customer_id", "terminal_id", .. Features, "score"])
        .To("alerts", when: "score >= 0.9", key: "customer_id", fields: ["tx_id", "ts", "customer_id", "terminal_id", "amount", "score"])
        .Build();

    private static JobPlan Compiled(string text)
    {
        var result = JobCompiler.Compile(text, "job", [], null, "/");
        Assert.Empty(result.Errors);
        return result.Plan!;
    }

    private static string Explained(JobPlan plan) => SpecExplainer.Explain(plan, null, null);
}
