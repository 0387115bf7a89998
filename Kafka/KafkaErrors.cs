using Confluent.Kafka;
using StreamGrains.Engine;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Kafka;

/// <summary>The one place where Kafka's error codes become verdicts and recovery verbs.</summary>
internal static class KafkaErrors
{
    /// <summary>What to say of <see cref="IsGone"/>.</summary>
    public const string Gone = "the next offset to read is not there any more; the topic's retention removed it. Start the job again: it says then which offsets are gone, and what the choices are.";

    /// <summary>What a failure within a commit means.</summary>
    public static CommitOutcome Classify(KafkaException failure)
    {
        var error = failure.Error;
        var text = $"{error.Reason} ({error.Code})";
        if (IsFenced(error.Code)) return new CommitOutcome(CommitVerdict.Fenced, $"a newer owner has taken over: {text}");
        if (IsRecordRefused(error.Code)) return RecordRefused(error);
        if (IsHopeless(error.Code)) return new CommitOutcome(CommitVerdict.Refused, $"Kafka refuses the commit: {text}{Hint(error.Code)}");
        if (failure is KafkaTxnRequiresAbortException) return new CommitOutcome(CommitVerdict.Aborted, text);
        // Timed out, connection lost, producer in a fatal state: nobody can tell what reached the broker.
        return new CommitOutcome(CommitVerdict.Unknown, text);
    }

    /// <summary>What a record's refusal means for a commit.</summary>
    public static CommitOutcome RecordRefused(Error error) => new(CommitVerdict.RecordRefused, $"{error.Reason} ({error.Code}){Hint(error.Code)}")
    {
        TooLarge = error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize,
    };

    /// <summary>
    /// A broker will never take the record, or a record that is sent with it, as it is. Waiting heals none of these, and all others of the batch fail with it. Of a producer's own checks the first
    /// is one as well.
    /// </summary>
    public static bool IsRecordRefused(ErrorCode code) => code is
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp or ErrorCode.PolicyViolation;

    /// <summary>Which setting is behind a refusal.</summary>
    private static string Hint(ErrorCode code) => code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize => ": larger than max.message.bytes of the topic allows",
        ErrorCode.InvalidTimestamp => ": its time is outside of what message.timestamp.before.max.ms and message.timestamp.after.max.ms of the topic allow",
        ErrorCode.InvalidRecord => ": a topic with cleanup.policy=compact takes no record without a key",
        ErrorCode.TopicAuthorizationFailed => ": the job's user needs the right to write to its outputs, its dead letters and the job's own topics",
        ErrorCode.TransactionalIdAuthorizationFailed => ": the job's user needs the right to write with transactional ids that begin with the job's name",
        _ => "",
    };

    /// <summary>
    /// The coordinator ends a transaction that lasts longer than its timeout, and answers its producer with the same words as one that a newer owner has shut out. Which of the
    /// two it was, the journal tells: so the outcome is open.
    /// </summary>
    public static CommitOutcome Doubt(CommitOutcome outcome, TimeSpan elapsed, TimeSpan transactionTimeout) =>
        outcome.Verdict == CommitVerdict.Fenced && elapsed >= transactionTimeout
            ? new CommitOutcome(CommitVerdict.Unknown, $"the transaction lasted {elapsed.TotalSeconds:0} s, longer than transaction.timeout.ms allows, and Kafka may have ended it: {outcome.Message}")
            : outcome;

    /// <summary>
    /// Whether a line of librdkafka's log says that a connection has ended or a request has had no answer; that a broker cannot be reached is another matter. Of a connection that
    /// was never in use it says so too, because librdkafka keeps the same words to itself when they come again within half a minute.
    /// </summary>
    public static bool TellsOfLostRequest(LogMessage log) =>
        log.Facility == "REQTMOUT" || (log.Facility == "FAIL" && !log.Message.Contains("in state CONNECT", StringComparison.Ordinal));

    /// <summary>Ends the job on errors that time does not heal; everything else librdkafka retries by itself.</summary>
    public static void ThrowIfHopeless(Error error, string doing)
    {
        if (IsGone(error.Code)) throw new JobFailed($"{doing}: {Gone}");
        if (IsUnknownTopic(error.Code))
            throw new JobFailed($"{doing}: there is no such topic or partition ({error.Code})");
        if (IsHopeless(error.Code) || error.IsFatal) throw new JobFailed($"{doing}: {error.Reason} ({error.Code})");
    }

    /// <summary>Why a partition has no next record to read, for good; null for errors of other kinds.</summary>
    public static string? WhyGone(ErrorCode code) => IsGone(code) ? Gone : IsUnknownTopic(code) ? $"there is no such topic or partition ({code})" : null;

    /// <summary>The offset to read next is before the first or behind the last of the partition.</summary>
    public static bool IsGone(ErrorCode code) => code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange;

    /// <summary>A topic or partition is not there, or the broker that was asked has not heard of it yet.</summary>
    public static bool IsUnknownTopic(ErrorCode code) => code is ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownPartition;

    private static bool IsFenced(ErrorCode code) =>
        code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.TransactionCoordinatorFenced;

    /// <summary>Time does not heal it.</summary>
    public static bool IsHopeless(ErrorCode code) => code is
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed
        or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Authentication or ErrorCode.InvalidTransactionTimeout
        or ErrorCode.UnsupportedVersion or ErrorCode.UnsupportedForMessageFormat || IsRecordRefused(code);
}
