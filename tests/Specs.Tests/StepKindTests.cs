using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Steps;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Tests;

public class StepKindTests
{
    [Fact]
    public void Every_step_that_a_user_can_write_is_of_the_kind_of_its_name() =>
        Assert.Equal(SpecShape.Of(typeof(StepSpec)).Members.Select(m => m.Name), StepKinds.All.Select(k => k.Name));

    [Fact]
    public void Every_plan_of_the_engine_is_explained_by_one_kind()
    {
        var plans = typeof(StepPlan).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(StepPlan)) && !t.IsAbstract).ToList();
        Assert.NotEmpty(plans);
        Assert.Equal(plans.Select(p => p.Name).Order(StringComparer.Ordinal), StepKinds.All.Select(k => k.GetType().BaseType!).Where(t => t.IsGenericType).Select(t => t.GetGenericArguments()[1].Name).Order(StringComparer.Ordinal));
    }
}
