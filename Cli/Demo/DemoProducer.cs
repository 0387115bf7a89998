using StreamGrains.Cli.Loading;
using StreamGrains.Kafka;

namespace StreamGrains.Cli.Demo;

/// <summary>Brings payments into the source topic: history as fast as the job follows, then at the rate. Owner: its thread.</summary>
internal sealed class DemoProducer(PaymentFeed feed, BulkProducer producer, DemoLedger ledger, double? rate)
{
    private const int LookEvery = 64;

    /// <summary>Whether history is still being filled in. Any thread.</summary>
    public bool InHistory { get; private set; } = true;

    /// <summary>Sends until the feed ends, <paramref name="events"/> are sent, or <paramref name="stop"/>.</summary>
    public void Run(long? events, CancellationToken stop)
    {
        Pace? pace = null;
        long live = 0;
        for (long count = 0; count < (events ?? long.MaxValue) && !stop.IsCancellationRequested && feed.Read(); count++)
        {
            InHistory = feed.IsHistory;
            if (!InHistory && rate is { } perSecond)
            {
                pace ??= new Pace(perSecond);
                if (pace.Early(live) > 0)
                {
                    producer.Send(stop);
                    pace.Wait(live, stop);
                }
                live++;
            }
            if (count % LookEvery == 0) StayNear(stop);
            ledger.Sent(feed.Id, feed.IsFraud);
            producer.Add(feed.Key, true, feed.Value, feed.Time, stop);
        }
        producer.Flush(TimeSpan.FromSeconds(10));
    }

    private void StayNear(CancellationToken stop)
    {
        while (ledger.Outstanding > DemoLedger.MostOutstanding && !stop.IsCancellationRequested)
        {
            producer.Send(stop);
            stop.WaitHandle.WaitOne(2);
        }
    }
}
