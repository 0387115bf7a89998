using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Commit;

namespace StreamGrains.Kafka;

/// <summary>Repeats a question to the cluster while the answer is one that passes: no leader yet, coordinator loading, broker away.</summary>
internal static class KafkaRetry
{
    private const int Attempts = 12;

    /// <summary>As <see cref="Ask{T}"/>, for what has no answer.</summary>
    public static void Do(string doing, Action what, CancellationToken giveUp = default) => Ask(
        doing, () =>
        {
            what();
            return true;
        },
        giveUp);

    /// <summary>
    /// Asks up to 12 times over about half a minute; then, or at once where time does not help, <see cref="JobFailed"/> with <paramref name="doing"/>. The topics asked
    /// about are known to be there, so a broker that does not know them is one that has not heard of them yet.
    /// </summary>
    public static T Ask<T>(string doing, Func<T> question, CancellationToken giveUp = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return question();
            }
            catch (KafkaException failure)
            {
                if (!KafkaErrors.IsUnknownTopic(failure.Error.Code)) KafkaErrors.ThrowIfHopeless(failure.Error, doing);
                if (attempt == Attempts) throw new JobFailed($"{doing}: {failure.Error.Reason} ({failure.Error.Code}), {Attempts} times in a row", failure);
                giveUp.WaitHandle.WaitOne(CommitPolicy.RetryDelay(attempt));
                giveUp.ThrowIfCancellationRequested();
            }
        }
    }
}
