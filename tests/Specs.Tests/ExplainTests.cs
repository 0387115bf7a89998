namespace StreamGrains.Specs.Tests;

public class ExplainTests
{
    [Fact]
    public void The_hourly_sample_is_explained_in_full()
    {
        var plan = Compile.Good(File.ReadAllText(Repository.PathOf("samples/fraud/hourly.yaml")));

        var text = SpecExplainer.Explain(plan, partitions: new Dictionary<string, int> { ["transactions"] = 4, ["hourly"] = 1 });

        Assert.Equal($"""
            job hourly-spending, exactly once
              commit    every 100ms or 10000 records
              snapshot  every 30s or 5000000 records
              alignment partitions run at most 1h of event time apart
              slots     as many as the source has partitions, at most 8
              state     fingerprint {plan.Fingerprint:x32}

            stage 0, transactions
              read      transactions (4 partitions), json
                        ts timestamp from TX_DATETIME, customer_id long from CUSTOMER_ID, amount double from TX_AMOUNT
                        event time: ts; events may be 1m late; a partition is idle after 30s
              window    transactions long = count()
                        spent double = sum(amount)
                        windows of 1h
                        state per customer_id: the aggregates of each window with an event that the watermark has not closed
                        late rows are dropped and counted
              to        hourly (1 partition), json, key customer_id
                        customer_id, window_start, window_end, transactions, spent

            topics
              read      transactions (4 partitions)
              internal  hourly-spending.journal, one partition per slot
              write     hourly (1 partition)
                        hourly-spending.dead-letters

            """, text);
    }

    [Fact]
    public void A_job_of_two_stages_says_what_crosses_what_it_keeps_and_what_the_model_takes()
    {
        var plan = Compile.Good(File.ReadAllText(Repository.PathOf("samples/fraud/job.yaml")));

        var text = SpecExplainer.Explain(plan, new OneModel());

        Assert.Contains("derive    weekend bool = is_weekend(ts)", text, StringComparison.Ordinal);
        Assert.Contains("state per customer_id: every event of the last 30d: its time, amount", text, StringComparison.Ordinal);
        Assert.Contains("state per terminal_id: every event of the last 37d: its time, fraud", text, StringComparison.Ordinal);
        Assert.Contains("terminal_risk_7d double = avg(fraud) over 7d delayed 7d", text, StringComparison.Ordinal);
        Assert.Contains("key       terminal_id, through card-fraud.by-terminal_id", text, StringComparison.Ordinal);
        Assert.Contains("outputs: score double = default", text, StringComparison.Ordinal);
        Assert.Contains("the model takes features float[N, 15] and gives probabilities float[N, 2]", text, StringComparison.Ordinal);
        Assert.Contains("to        alerts, json, key customer_id, when score >= 0.9", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_cannot_be_opened_does_not_stop_the_explanation()
    {
        var plan = Compile.Good(File.ReadAllText(Repository.PathOf("samples/fraud/job.yaml")));

        Assert.Contains("there is no such file", SpecExplainer.Explain(plan, new OneModel { Refusal = "there is no such file" }), StringComparison.Ordinal);
    }
}
