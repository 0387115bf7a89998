using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Runtime.Queries;

/// <summary>Looks for keys in the slots of a job that runs here. Any thread.</summary>
/// <param name="plan">The job.</param>
/// <param name="inputPartitions">Partitions of each stage's input topic, by stage.</param>
/// <param name="slots">Slots of the job.</param>
/// <param name="questionsOf">Where to ask the lane of a slot, whether the slot is on it or not.</param>
/// <param name="time">Clock.</param>
public sealed class KeyLookup(JobPlan plan, IReadOnlyList<int> inputPartitions, int slots, Func<int, KeyQuestions> questionsOf, TimeProvider time)
{
    /// <summary>How long a lane may take to answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>What a slot keeps for a key.</summary>
    public async Task<Answer<QueryAnswer>> Find(int slot, string key)
    {
        var (route, refusal) = KeyRoute.Of(plan, inputPartitions, key);
        if (route is null) return refusal!;
        var processors = route.In(slot, slots);
        if (processors.Count == 0) return QueryAnswer.UnknownKey;
        var question = new KeyQuestion(slot, key, processors);
        if (!questionsOf(slot).TryAsk(question)) return Busy("too many questions wait already");
        try
        {
            var finding = await question.Answer.WaitAsync(Patience, time);
            if (finding is null) return QueryAnswer.Moving;
            return finding.Count == 0 ? QueryAnswer.UnknownKey : new QueryAnswer(QueryOutcome.Found, [.. finding.Select(f => StateOf(f.Processor, f.State))]);
        }
        catch (TimeoutException)
        {
            question.GiveUp();
            return Busy($"its lane did not come to it within {Patience.TotalSeconds:0} s");
        }
    }

    private Refusal Busy(string why) => Refusal.Of(RefusalKind.Unavailable, $"job '{plan.Name}' is too busy to be asked for keys: {why}. Ask again in a moment.");

    private static KeyState StateOf(ProcessorId processor, StepState state) => new(
        state.Step, processor.Stage, processor.Partition, EventTime.Of(state.Watermark), state.Values,
        [.. state.Windows.Select(w => new WindowState(EventTime.Nearest(w.Start), EventTime.Nearest(w.End), w.Values))]);
}
