using System.Collections.Concurrent;
using StreamGrains.Engine.Commit;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Lanes;

/// <summary>
/// The thread on which one slot's commits wait for Kafka, so that its lane does not. Takes one interval at a time and posts the result back to the lane.
/// </summary>
internal sealed class SlotCommitter : IDisposable
{
    private readonly BlockingCollection<FrozenInterval> intervals = new(1);
    private readonly Thread thread;

    /// <param name="name">Name of the thread.</param>
    /// <param name="log">The slot's log, open; disposed with this.</param>
    /// <param name="landed">Told on this thread when an interval has landed.</param>
    /// <param name="failed">Told on this thread when it never will.</param>
    /// <param name="troubled">Told why an attempt did not land.</param>
    /// <param name="giveUp">Ends retries: a commit whose outcome is open then stays open, and recovery finds out.</param>
    public SlotCommitter(string name, ISlotLog log, Action<FrozenInterval> landed, Action<Exception> failed, Action<string> troubled, CancellationToken giveUp)
    {
        var cycle = new CommitCycle(log, Pause, troubled);
        thread = new Thread(Run) { IsBackground = true, Name = name };
        thread.Start();

        void Pause(int attempt)
        {
            giveUp.WaitHandle.WaitOne(CommitPolicy.RetryDelay(attempt));
            giveUp.ThrowIfCancellationRequested();
        }

        void Run()
        {
            try
            {
                foreach (var interval in intervals.GetConsumingEnumerable(CancellationToken.None))
                {
                    cycle.Run(interval);
                    landed(interval);
                }
            }
            catch (Exception failure)
            {
                failed(failure);
            }
            finally
            {
                log.Dispose();
            }
        }
    }

    /// <summary>Commits an interval; the one before has landed.</summary>
    public void Submit(FrozenInterval interval) => intervals.Add(interval);

    /// <summary>Ends the thread after what it is doing.</summary>
    public void Dispose()
    {
        intervals.CompleteAdding();
        thread.Join();
        intervals.Dispose();
    }
}
