using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Specs;

namespace StreamGrains.Tests.Support;

/// <summary>Compiles specs for tests.</summary>
public static class Compile
{
    /// <summary>A source with a column of every type and a key, ready for steps to be put below it.</summary>
    public const string Source = """
        job: test
        sources:
          events:
            topic: events
            key: id
            fields: { id: long, ts: timestamp_ms, amount: double, maybe: double?, count: long, flag: bool, name: string, other: string? }
            event_time: ts
        steps:
          - from: events

        """;

    /// <summary>The plan, which must come out without mistakes.</summary>
    public static JobPlan Good(string text, params string[] overrides)
    {
        var result = JobCompiler.Compile(text, "job.yaml", overrides, null, "/");
        Assert.Empty(result.Errors);
        return result.Plan!;
    }

    /// <summary>The mistakes as a user sees them, of which there must be some.</summary>
    public static string[] Bad(string text, IModelCatalog? models = null, params string[] overrides)
    {
        var result = JobCompiler.Compile(text, "job.yaml", overrides, models, "/");
        Assert.Null(result.Plan);
        Assert.NotEmpty(result.Errors);
        return [.. result.Errors.Select(e => e.ToString())];
    }

    /// <summary>The mistakes of steps below <see cref="Source"/>, without their places.</summary>
    public static string[] BadSteps(string steps) =>
        [.. JobCompiler.Compile(Source + steps, "job.yaml", [], null, "/").Errors
            .Select(e => e.Suggestion is null ? e.Message : $"{e.Message}; did you mean '{e.Suggestion}'?")];

    /// <summary>The plan of steps below <see cref="Source"/>.</summary>
    public static JobPlan Steps(string steps) => Good(Source + steps);
}
