using System.Globalization;
using System.Text;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Encode;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Processing;
using StreamGrains.Specs;

namespace StreamGrains.Fuzz;

/// <summary>Small jobs with every kind of state, and snapshots of them.</summary>
internal static class SampleJobs
{
    private const string Head = """
        job: sample
        sources:
          events:
            topic: events
            key: name
            fields: { id: long, at: timestamp_ms, name: string, amount: double }
            event_time: at
            watermark: { delay: 5s }
        steps:
          - from: events

        """;

    public static IReadOnlyList<string> Specs { get; } =
    [
        Head + "  - rolling: { n: count() over 1h, avg: avg(amount) over 1m, hi: max(amount) over 1h, late_n: count() over 10m delayed 10m }\n  - to: { topic: out }\n",
        Head + "  - window: { tumbling: 1m, late: { topic: late }, aggregates: { n: count(), sum: sum(amount), lo: min(amount) } }\n  - to: { topic: out }\n",
        Head + "  - window: { hopping: { size: 10m, every: 1m }, aggregates: { n: count(), avg: avg(amount) } }\n  - to: { topic: out }\n",
    ];

    /// <summary>Compiles a spec, takes events in, and gives the plan and a snapshot.</summary>
    public static (JobPlan Job, byte[] Snapshot) Run(string spec)
    {
        var result = JobCompiler.Compile(spec, "job.yaml", [], null, "/");
        var plan = result.Plan ?? throw new InvalidOperationException(string.Join('\n', result.Errors));
        using var processor = Processor(plan);
        var inbox = new Inbox();
        for (var i = 0; i < 60; i++)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $$"""{"id":{{i}},"at":{{1_700_000_000_000 + i * 9_000L}},"name":"key-{{i % 7}}","amount":{{i}}.5}""");
            inbox.Add(new RawRecord(i, 0, OutputBuffer.Null, inbox.Bytes.Append(Encoding.UTF8.GetBytes(value)), default));
        }
        processor.Apply(inbox, 100);
        var image = processor.Share(3);
        var bytes = new MemoryStream();
        image.WriteTo(bytes);
        image.Release();
        return (plan, bytes.ToArray());
    }

    public static PartitionProcessor Processor(JobPlan plan) =>
        new(plan, plan.Stages[0], 0, new ProcessorSetup([1], (_, _, _) => throw new InvalidOperationException("no models here")), new OutputBuffer());
}
