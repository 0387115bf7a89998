using StreamGrains.Engine.Processing;
using StreamGrains.Runtime.Queries;

namespace StreamGrains.Runtime.Tests.Queries;

public sealed class KeyQuestionsTests
{
    private readonly KeyQuestions questions = new();

    [Fact]
    public async Task Questions_are_answered_in_order_some_in_each_pass()
    {
        var asked = Enumerable.Range(0, 100).Select(i => Ask($"{i}")).ToList();
        questions.AnswerSome(Empty);
        var answered = asked.TakeWhile(q => q.Answer.IsCompleted).Count();
        Assert.InRange(answered, 1, 99);
        Assert.DoesNotContain(asked.Skip(answered), q => q.Answer.IsCompleted);
        while (!asked[^1].Answer.IsCompleted) questions.AnswerSome(Empty);
        Assert.All(await Task.WhenAll(asked.Select(q => q.Answer)), Assert.NotNull);
    }

    [Fact]
    public void At_most_a_thousand_wait()
    {
        for (var i = 0; i < 1_000; i++) Ask($"{i}");
        Assert.False(questions.TryAsk(new KeyQuestion(0, "one too many", [])));
        questions.AnswerSome(Empty);
        Assert.True(questions.TryAsk(new KeyQuestion(0, "there is room again", [])));
    }

    [Fact]
    public void A_question_that_nobody_waits_for_any_more_is_not_looked_up()
    {
        var question = Ask("late");
        question.GiveUp();
        questions.AnswerSome(_ => throw new InvalidOperationException("nobody waits"));
        Assert.True(question.Answer.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_lane_that_has_ended_leaves_nobody_waiting()
    {
        var before = Ask("before");
        questions.Close();
        Assert.Null(await before.Answer);
        Assert.Null(await Ask("after").Answer);
    }

    [Fact]
    public async Task A_look_that_fails_is_the_failure_of_whoever_asked_and_the_lane_goes_on()
    {
        var (bad, good) = (Ask("bad"), Ask("good"));
        questions.AnswerSome(q => q == bad ? throw new InvalidOperationException("broken") : []);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bad.Answer);
        Assert.Empty((await good.Answer)!);
    }

    [Fact]
    public void A_pass_that_nobody_asks_in_allocates_nothing()
    {
        Func<KeyQuestion, IReadOnlyList<KeyFinding>?> find = Empty;
        questions.AnswerSome(find);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) questions.AnswerSome(find);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static List<KeyFinding> Empty(KeyQuestion question) => [];

    private KeyQuestion Ask(string key)
    {
        var question = new KeyQuestion(0, key, [new ProcessorId(0, 0)]);
        Assert.True(questions.TryAsk(question));
        return question;
    }
}
