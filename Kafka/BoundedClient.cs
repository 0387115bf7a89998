using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;

namespace StreamGrains.Kafka;

/// <summary>Calls into a client that are not waited for without end.</summary>
internal interface IBoundedCalls<out T>
{
    /// <summary>Makes a call that the client itself is to end after <paramref name="timeout"/>. Throws <see cref="CallOverdue"/> when it does not.</summary>
    TResult Call<TResult>(string doing, TimeSpan timeout, Func<T, TResult> call, CancellationToken giveUp = default);
}

/// <summary>The same for calls without an answer.</summary>
internal static class BoundedCalls
{
    /// <summary>As <see cref="IBoundedCalls{T}.Call{TResult}"/>.</summary>
    public static void Call<T>(this IBoundedCalls<T> client, string doing, TimeSpan timeout, Action<T> call, CancellationToken giveUp = default) => client.Call(
        doing, timeout, c =>
        {
            call(c);
            return true;
        },
        giveUp);
}

/// <summary>
/// A client and the calls that are in it. Each call has a thread of its own (in the pool it would wait behind those that were left there, and the pool grows by no thread while the
/// processors are busy) and is waited for no longer than a deadline of ours; after that the client is used no more, and disposed when the last call in it has ended. Disposing is bounded
/// in the same way. Taking from a client's own queue with a time is no such call. Any thread.
/// </summary>
/// <remarks>
/// The client's own timeouts are not enough. librdkafka looks for the leaders of DeleteRecords before it asks them, and when it finds none, or not in time, the whole request fails; of that
/// failure Confluent.Kafka makes an exception for a task of another type, which throws in the pool, so whoever awaits DeleteRecordsAsync never hears of it.
/// SendOffsetsToTransaction looks for the group's coordinator without regard to its timeout.
/// </remarks>
/// <param name="client">Owned.</param>
/// <param name="dispose">Disposes it; null for nothing but that.</param>
/// <param name="leaving">Told when the client is left with a call in it, which cannot end meanwhile; must not wait.</param>
internal sealed class BoundedClient<T>(T client, Action? dispose = null, Action? leaving = null) : IBoundedCalls<T>, IDisposable
    where T : IDisposable
{
    /// <summary>How much longer than the client's own timeout a call is waited for.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200), DisposePatience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private int calls;
    private bool left;

    /// <summary>The client, for what does not wait.</summary>
    public T Client => client;

    /// <summary>Makes a call that the client itself is to end after <paramref name="timeout"/>. Throws <see cref="CallOverdue"/> when it does not; the client is of no use then.</summary>
    public TResult Call<TResult>(string doing, TimeSpan timeout, Func<T, TResult> call, CancellationToken giveUp = default) =>
        TryCall(call, timeout + Margin, null, giveUp, out var result) ? result : throw new CallOverdue(doing, timeout + Margin);

    /// <summary>Makes a call. False when it has not ended after <paramref name="patience"/> in which <paramref name="progress"/>, if there is one, has not grown either.</summary>
    public bool TryCall<TResult>(Func<T, TResult> call, TimeSpan patience, Func<long>? progress, CancellationToken giveUp, out TResult result)
    {
        result = default!;
        if (!Enter()) return false;
        var running = Task.Factory.StartNew(() => Make(call), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var (since, last) = (Stopwatch.GetTimestamp(), progress?.Invoke() ?? 0);
        try
        {
            while (Task.WaitAny([running], (int)Look.TotalMilliseconds, giveUp) < 0)
            {
                if (progress?.Invoke() is { } now)
                {
                    if (now > last) since = Stopwatch.GetTimestamp();
                    last = now;
                }
                if (Stopwatch.GetElapsedTime(since) < patience) continue;
                Dispose();
                return false;
            }
        }
        catch (OperationCanceledException)
        {
            Dispose();
            throw;
        }
        result = running.GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Disposes the client, elsewhere when calls are still in it; waits only a moment for that.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (left) return;
            left = true;
            if (calls > 0)
            {
                leaving?.Invoke();
                return;
            }
        }
        Task.WaitAny([Task.Factory.StartNew(End, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)], DisposePatience);
    }

    private TResult Make<TResult>(Func<T, TResult> call)
    {
        try
        {
            return call(client);
        }
        finally
        {
            bool last;
            lock (gate) last = --calls == 0 && left;
            if (last) End();
        }
    }

    private bool Enter()
    {
        lock (gate)
        {
            if (left) return false;
            calls++;
            return true;
        }
    }

    private void End()
    {
        if (dispose is not null) dispose();
        else client.Dispose();
    }
}

/// <summary>
/// A client that is replaced by a new one when a call in it does not end. Any thread; a call that others have in the old one ends there.
/// </summary>
/// <param name="open">Opens a client.</param>
/// <param name="left">Told of each one that was left, in words.</param>
internal sealed class RenewedClient<T>(Func<T> open, Action<string> left) : IBoundedCalls<T>, IDisposable
    where T : IDisposable
{
    private readonly Lock gate = new();
    private BoundedClient<T> current = new(open());
    private bool disposed;

    /// <summary>As <see cref="BoundedClient{T}.Call{TResult}"/>; the next call has a new client then.</summary>
    public TResult Call<TResult>(string doing, TimeSpan timeout, Func<T, TResult> call, CancellationToken giveUp = default)
    {
        BoundedClient<T> mine;
        lock (gate) mine = current;
        try
        {
            return mine.Call(doing, timeout, call, giveUp);
        }
        catch (CallOverdue overdue)
        {
            lock (gate)
            {
                if (current != mine || disposed) throw;
                current = new(open());
            }
            left($"{overdue.Message}.");
            throw;
        }
    }

    public void Dispose()
    {
        lock (gate) disposed = true;
        current.Dispose();
    }
}

/// <summary>A call has not ended in time: nobody can tell what became of it.</summary>
internal sealed class CallOverdue(string doing, TimeSpan patience) : KafkaException(
    new Error(ErrorCode.Local_TimedOut, string.Create(CultureInfo.InvariantCulture, $"{doing}: no answer within {patience.TotalSeconds:0.#} s; the Kafka client that waits for it is left, and a new one is used")));
