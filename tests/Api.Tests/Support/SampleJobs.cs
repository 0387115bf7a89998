using StreamGrains.Client;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Api.Tests.Support;

/// <summary>Jobs to hand in.</summary>
internal static class SampleJobs
{
    /// <summary>A job over the topic payments; state depends on <paramref name="over"/>, the output topic is free.</summary>
    public static string Spending(string job = "spending", string over = "7d", string output = "spent", string more = "") => $$"""
        job: {{job}}
        sources:
          payments:
            topic: payments
            key: customer
            fields: { customer: long, shop: long, ts: timestamp_ms, amount: double }
            event_time: ts
        steps:
          - from: payments
          - rolling: { spent: sum(amount) over {{over}} }
        {{more}}
          - to: { topic: {{output}}, key: customer }
        """;

    public static JobSubmission Submission(string spec) => new() { Spec = spec };

    /// <summary>Waits until a job is in a phase.</summary>
    public static async Task<JobStatus> Until(this StreamGrainsClient client, string job, JobPhase phase)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var status in client.WatchAsync(job, TimeSpan.FromMilliseconds(10), limit.Token))
            if (status.Phase == phase) return status;
        throw new InvalidOperationException("a watch does not end by itself");
    }
}
