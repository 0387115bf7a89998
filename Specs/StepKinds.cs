using StreamGrains.Specs.Steps;
using StreamGrains.Specs.Steps.Derive;
using StreamGrains.Specs.Steps.Filter;
using StreamGrains.Specs.Steps.From;
using StreamGrains.Specs.Steps.Key;
using StreamGrains.Specs.Steps.Rolling;
using StreamGrains.Specs.Steps.Sample;
using StreamGrains.Specs.Steps.Score;
using StreamGrains.Specs.Steps.To;
using StreamGrains.Specs.Steps.Window;

namespace StreamGrains.Specs;

/// <summary>The kinds of step that there are, in the order in which messages name them.</summary>
internal static class StepKinds
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<StepKind> All =
        [new FromKind(), new FilterKind(), new SampleKind(), new DeriveKind(), new RollingKind(), new WindowKind(), new KeyKind(), new ScoreKind(), new ToKind()];
}
