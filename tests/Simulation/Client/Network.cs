using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Client;

/// <summary>What a client hears of a request.</summary>
internal enum Fate
{
    Answered,

    /// <summary>The connection broke: the request may have been served or not.</summary>
    Lost,

    /// <summary>Nothing was heard until the client's time was over; the request may still arrive.</summary>
    TimedOut,
}

/// <summary>What became of a request, and the broker's answer.</summary>
internal readonly record struct Answer<T>(Fate Fate, T Value);

/// <summary>How one request is to go wrong.</summary>
internal enum Mishap
{
    None,
    RequestLost,
    ReplyLost,
    Unanswered,
    Late,

    /// <summary>The client hears that the connection broke; the request arrives all the same, at some time.</summary>
    LostAndLate,
}

/// <summary>
/// The way to the broker and back: request and answer are two deliveries, and each may be slow, lost or late. Requests that are on their way arrive even if whoever
/// sent them is gone.
/// </summary>
internal sealed class Network(Scheduler scheduler, Rng rng, Faults faults, Trace trace, SimBroker broker)
{
    private const long ConnectionErrorAtMost = 20_000;

    public Scheduler Scheduler => scheduler;

    public Faults Faults => faults;

    public Trace Trace => trace;

    public Rng Rng => rng;

    public SimBroker Broker => broker;

    /// <summary>Sends a request; <paramref name="deadline"/> is when the client gives up.</summary>
    public Promise<Answer<T>> Call<T>(Actor client, string who, What what, long deadline, Func<T> serve, Mishap mishap = Mishap.None)
    {
        var promise = new Promise<Answer<T>>();
        if (mishap == Mishap.None && faults.Strike(Fault.RequestLost)) mishap = Mishap.RequestLost;
        if (mishap == Mishap.None && faults.Strike(Fault.ReplyLost)) mishap = Mishap.ReplyLost;
        switch (mishap)
        {
            case Mishap.RequestLost:
                trace.Say(who, $"{what}: request lost");
                Tell(client, rng.Range(500, (int)ConnectionErrorAtMost), deadline, promise, new(Fate.Lost, default!));
                return promise;
            case Mishap.Late or Mishap.LostAndLate:
                var late = mishap == Mishap.LostAndLate ? rng.Range(1_000, rng.Pick([20_000, 80_000, 300_000])) : Math.Max(0, deadline - scheduler.Now) + rng.Range(1_000, 1_500_000);
                trace.Say(who, $"{what}: request stays away for {late / 1000.0:0.0} ms");
                scheduler.After(late, null, () =>
                {
                    var served = serve();
                    trace.Say(who, $"{what}: arrives late, served: {served}");
                });
                if (mishap == Mishap.LostAndLate) Tell(client, rng.Range(500, (int)ConnectionErrorAtMost), deadline, promise, new(Fate.Lost, default!));
                else Tell(client, long.MaxValue / 2, deadline, promise, default);
                return promise;
        }
        scheduler.After(Latency(), null, () =>
        {
            if (broker.Down)
            {
                trace.Say(who, $"{what}: the broker is away");
                Tell(client, rng.Range(500, (int)ConnectionErrorAtMost), deadline, promise, new(Fate.Lost, default!));
                return;
            }
            var value = serve();
            trace.Say(who, $"{what}: served: {value}{(mishap == Mishap.None ? "" : ", answer lost")}");
            switch (mishap)
            {
                case Mishap.ReplyLost: Tell(client, rng.Range(500, (int)ConnectionErrorAtMost), deadline, promise, new(Fate.Lost, default!)); break;
                case Mishap.Unanswered: Tell(client, long.MaxValue / 2, deadline, promise, default); break;
                default: Tell(client, Latency(), deadline, promise, new(Fate.Answered, value)); break;
            }
        });
        return promise;
    }

    /// <summary>Most messages take a millisecond or two, a few much longer.</summary>
    public long Latency()
    {
        if (faults.Strike(Fault.Slow)) return rng.Range(20_000, 400_000);
        return rng.Next(16) == 0 ? rng.Range(2_000, 25_000) : rng.Range(100, 2_000);
    }

    private void Tell<T>(Actor client, long delay, long deadline, Promise<Answer<T>> promise, Answer<T> answer)
    {
        var left = Math.Max(0, deadline - scheduler.Now);
        if (delay > left) (delay, answer) = (left, new(Fate.TimedOut, default!));
        scheduler.After(delay, client, () => promise.Complete(answer));
    }
}
