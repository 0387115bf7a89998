using System.Collections.Concurrent;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Runtime.Queries;

/// <summary>What a processor keeps for a key in one of its steps.</summary>
public readonly record struct KeyFinding(ProcessorId Processor, StepState State);

/// <summary>Somebody wants to know what a slot keeps for a key. Asked on any thread, answered on the lane's.</summary>
/// <param name="slot">Slot that may have it.</param>
/// <param name="key">The key's text.</param>
/// <param name="processors">Processors of the slot that may have it.</param>
public sealed class KeyQuestion(int slot, string key, IReadOnlyList<ProcessorId> processors)
{
    // Whoever waits goes on elsewhere: the lane's thread is for records.
    private readonly TaskCompletionSource<IReadOnlyList<KeyFinding>?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Slot => slot;

    public string Key => key;

    public IReadOnlyList<ProcessorId> Processors => processors;

    /// <summary>What was found, maybe nothing; null when the slot is not here, or does not have its state yet.</summary>
    public Task<IReadOnlyList<KeyFinding>?> Answer => answer.Task;

    /// <summary>Nobody waits any more.</summary>
    public void GiveUp() => answer.TrySetResult(null);

    public void Reply(Func<KeyQuestion, IReadOnlyList<KeyFinding>?> find)
    {
        if (answer.Task.IsCompleted) return;
        try
        {
            answer.TrySetResult(find(this));
        }
        catch (Exception failure)
        {
            // Looking is not worth a lane: whoever asked has the failure.
            answer.TrySetException(failure);
        }
    }
}

/// <summary>
/// The questions that wait for a lane, at most 1000. The lane answers some in each pass, so that however many ask, records go on. Owner: the lane; questions come from any thread.
/// </summary>
public sealed class KeyQuestions
{
    private const int Most = 1_000;
    private const int EachPass = 32;

    private readonly ConcurrentQueue<KeyQuestion> waiting = new();
    private int count;
    private volatile bool closed;

    /// <summary>Adds a question. False when too many wait. Any thread.</summary>
    public bool TryAsk(KeyQuestion question)
    {
        if (Interlocked.Increment(ref count) > Most)
        {
            Interlocked.Decrement(ref count);
            return false;
        }
        waiting.Enqueue(question);
        if (closed) AnswerAll(_ => null);
        return true;
    }

    /// <summary>Answers the oldest questions. On the lane.</summary>
    public void AnswerSome(Func<KeyQuestion, IReadOnlyList<KeyFinding>?> find)
    {
        for (var left = EachPass; left > 0 && waiting.TryDequeue(out var question); left--) Answer(question, find);
    }

    /// <summary>The lane has ended: what waits, and whatever comes, is answered with null.</summary>
    public void Close()
    {
        closed = true;
        // Either this sees a question that is being added, or whoever adds it sees that the lane has ended.
        Interlocked.MemoryBarrier();
        AnswerAll(_ => null);
    }

    private void AnswerAll(Func<KeyQuestion, IReadOnlyList<KeyFinding>?> find)
    {
        while (waiting.TryDequeue(out var question)) Answer(question, find);
    }

    private void Answer(KeyQuestion question, Func<KeyQuestion, IReadOnlyList<KeyFinding>?> find)
    {
        Interlocked.Decrement(ref count);
        question.Reply(find);
    }
}
