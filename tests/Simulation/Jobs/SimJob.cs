using StreamGrains.Engine.Plan;
using StreamGrains.Simulation.Oracles;
using StreamGrains.Specs;

namespace StreamGrains.Simulation.Jobs;

/// <summary>A job of the simulator: a real spec through the real compiler, and for each stage the naive fold that says what should come out.</summary>
/// <param name="Name">For people.</param>
/// <param name="Plan">What runs.</param>
/// <param name="Fold">Makes the fold of a stage for one partition.</param>
/// <param name="Sinks">Topics it writes, the dead letters too.</param>
internal sealed record SimJob(string Name, JobPlan Plan, Func<int, int, StageFold> Fold, IReadOnlyList<string> Sinks)
{
    private const string Source = """
        job: sim
        sources:
          events:
            topic: events
            key: customer
            fields: { id: long, ts: timestamp_ms, customer: long, shop: string, amount: double, fraud: bool }
            event_time: ts
            watermark: { delay: 5s, idle_after: 300ms }
        steps:
          - from: events

        """;

    /// <summary>All of them; compiled once.</summary>
    public static IReadOnlyList<SimJob> All { get; } = [Rolling(), Rekeyed(), Tumbling(), RekeyedWindows()];

    /// <summary>Internal topic of a job with two stages, or null.</summary>
    public string? Internal => Plan.Stages.Count > 1 ? Plan.Stages[1].Input.Topic : null;

    private static SimJob Rolling() => new("rolling", Compile("""
          - filter: amount >= 10
          - derive: { doubled: amount * 2 }
          - rolling:
              n: count() over 1m
              total: sum(amount) over 1m
              mean: avg(doubled) over 30s
              low: min(amount) over 20s
              high: max(amount) over 1m
          - to: { topic: scored, key: customer, fields: [id, ts, customer, n, total, mean, low, high] }
          - to: { topic: alerts, when: total > 2500 and fraud, key: shop, fields: [id, shop, total] }
        """), (_, partition) => new RollingFold(partition), ["scored", "alerts", "sim.dead-letters"]);

    private static SimJob Rekeyed() => new("rekeyed", Compile("""
          - rolling:
              n: count() over 1m
              total: sum(amount) over 1m
          - to: { topic: copies, key: customer, fields: [id, n, total] }
          - key: shop
          - rolling:
              here: count() over 30s
              seen: count() over 1m delayed 8s
              risk: avg(fraud) over 2m delayed 8s
          - score: { model: model.onnx, features: [amount, seen], output: { score: default } }
          - to: { topic: scored, key: customer, fields: [id, ts, customer, shop, n, total, here, seen, risk, score] }
          - to: { topic: alerts, when: score > 0.9, key: shop, fields: [id, score] }
        """), (stage, partition) => stage == 0 ? new RekeyFold(partition) : new ScoredFold(partition), ["copies", "scored", "alerts", "sim.dead-letters"]);

    private static SimJob Tumbling() => new("tumbling", Compile("""
          - filter: amount >= 10
          - window:
              tumbling: 10s
              aggregates: { n: count(), total: sum(amount), high: max(amount) }
          - filter: n > 1
          - to: { topic: sums, key: customer }
        """), (_, partition) => new WindowFold(partition, 10_000, 10_000, byShop: false), ["sums", "sim.dead-letters"]);

    private static SimJob RekeyedWindows() => new("rekeyed windows", Compile("""
          - to: { topic: copies, key: shop, fields: [id, customer] }
          - key: shop
          - window:
              hopping: { size: 20s, every: 5s }
              aggregates: { n: count(), total: sum(amount), high: max(amount) }
              late: { topic: late }
          - to: { topic: sums, key: shop }
        """), (stage, partition) => stage == 0 ? new PassFold(partition) : new WindowFold(partition, 20_000, 5_000, byShop: true), ["copies", "sums", "late", "sim.dead-letters"]);

    private static JobPlan Compile(string steps)
    {
        var result = JobCompiler.Compile(Source + steps, "simulation.yaml", [], null, "/");
        return result.Plan ?? throw new InvalidOperationException(string.Join("\n", result.Errors));
    }
}
