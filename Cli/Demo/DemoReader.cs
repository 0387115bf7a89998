using System.Text.Json;
using StreamGrains.Cli.Loading;
using StreamGrains.Engine.Decode;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Cli.Demo;

/// <summary>Reads the job's outputs as any consumer would, committed records only, into the ledger. Owner: its thread.</summary>
internal sealed class DemoReader(IJobCluster cluster, string scored, string alerts, DemoLedger ledger)
{
    private const int PollRecords = 5_000, WaitMs = 5;

    /// <summary>Reads until <paramref name="stop"/>. Topics must be there, and empty at the start.</summary>
    public void Run(CancellationToken stop)
    {
        using var consumer = cluster.OpenConsumer();
        var scoredInboxes = Assign(consumer, scored);
        var alertInboxes = Assign(consumer, alerts);
        while (!stop.IsCancellationRequested)
        {
            consumer.Poll(PollRecords, long.MaxValue, WaitMs, (_, _) => { });
            foreach (var inbox in scoredInboxes) Drain(inbox, Scored);
            foreach (var inbox in alertInboxes) Drain(inbox, Alerted);
        }
    }

    private Inbox[] Assign(ILaneConsumer consumer, string topic)
    {
        var inboxes = Enumerable.Range(0, cluster.PartitionCount(topic) ?? 0).Select(_ => new Inbox()).ToArray();
        for (var p = 0; p < inboxes.Length; p++) consumer.Assign(new TopicPartition(topic, p), 0, inboxes[p]);
        return inboxes;
    }

    private static void Drain(Inbox inbox, Action<ReadOnlySpan<byte>> take)
    {
        for (var left = inbox.Remaining; left > 0; left--)
        {
            take(inbox.Bytes[inbox[inbox.Next].Value]);
            inbox.Consume(1);
        }
        inbox.Reclaim();
    }

    private void Scored(ReadOnlySpan<byte> value)
    {
        var json = new Utf8JsonReader(value);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("tx_id"u8)) continue;
            json.Read();
            ledger.Scored(json.GetInt64());
            return;
        }
    }

    private void Alerted(ReadOnlySpan<byte> value)
    {
        long id = 0, time = 0, customer = 0;
        double amount = 0, score = 0;
        var json = new Utf8JsonReader(value);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Is(ref json, "tx_id"u8)) id = json.GetInt64();
            else if (Is(ref json, "ts"u8)) time = FieldTime.TryParse(json.ValueSpan, out var at) ? at : 0;
            else if (Is(ref json, "customer_id"u8)) customer = json.GetInt64();
            else if (Is(ref json, "amount"u8)) amount = json.GetDouble();
            else if (Is(ref json, "score"u8)) score = json.GetDouble();
            else json.Skip();
        }
        ledger.Alerted(id, time, customer, amount, score);
    }

    /// <summary>Moves on to the value when the property has this name.</summary>
    private static bool Is(ref Utf8JsonReader json, ReadOnlySpan<byte> name) => json.ValueTextEquals(name) && json.Read();
}
