using StreamGrains.Contracts;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Control.Savepoints;

/// <summary>
/// What becomes of a job's state when it goes on under another spec. A step takes over the state of one of the same stage that means the same (<see cref="KeptState.StateFingerprint"/>), whatever its number;
/// where several do, names of results decide. Pure.
/// </summary>
internal sealed class StateCarryOver
{
    private readonly Dictionary<string, string> carried = [];
    private readonly List<string> notes = [];

    private StateCarryOver()
    {
    }

    /// <summary>Steps of the new spec with the step of the old one whose state they take over, by id.</summary>
    public IReadOnlyDictionary<string, string> Carried => carried;

    /// <summary>Whether state of the old spec has no place in the new one.</summary>
    public bool Loses { get; private set; }

    /// <summary>Source and steps in words: what carries over, what starts empty, what is dropped.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Decides it for two specs of which <see cref="Obstacle"/> has nothing to say.</summary>
    public static StateCarryOver Of(JobPlan before, JobPlan after)
    {
        var carry = new StateCarryOver();
        carry.notes.Add($"source '{after.Stages[0].Name}': its place and event time are carried over");
        foreach (var (old, next) in before.Stages.Zip(after.Stages)) carry.Add(Stateful(old), Stateful(next));
        return carry;
    }

    /// <summary>Why the new spec cannot go on where the old one was; null when it can.</summary>
    public static string? Obstacle(JobPlan before, JobPlan after)
    {
        if (before.Stages[0].Input.StateFingerprint != after.Stages[0].Input.StateFingerprint) return "its source is another: topic, format, event time or watermark delay differ";
        if (!before.Stages.Skip(1).Select(Key).SequenceEqual(after.Stages.Skip(1).Select(Key)))
            return $"it brings rows together otherwise: its key steps are {Keys(after)}, and were {Keys(before)}{(Keys(before) == Keys(after) ? " of another meaning" : "")}";
        return null;
    }

    private void Add(List<Kept> before, List<Kept> after)
    {
        var taken = new Dictionary<Kept, Kept>();
        // Of two steps of one meaning each takes the state that has its names.
        foreach (var step in after) Take(step, before.Find(b => b.StateFingerprint == step.StateFingerprint && b.Names.SequenceEqual(step.Names)));
        foreach (var step in after.Where(s => !taken.ContainsKey(s)).ToList()) Take(step, before.Find(b => b.StateFingerprint == step.StateFingerprint));
        foreach (var step in after)
        {
            if (!taken.TryGetValue(step, out var from)) notes.Add($"{step}: starts empty, {step.Complete}");
            else notes.Add($"{step}: carried over{(from.Id == step.Id ? "" : $", it was {from.Id}")}");
        }
        Loses |= before.Count > 0;
        notes.AddRange(before.Select(left => $"{left} of the revision before: dropped{WayToKeep(left)}"));

        // A step that has only got more results could keep those that it had.
        string WayToKeep(Kept left)
        {
            var grown = after.Find(s => !taken.ContainsKey(s) && s.Names.Count > left.Names.Count && left.Names.All(s.Names.Contains));
            return grown is null ? "" : $" (to keep it, leave that step as it was, and put {string.Join(", ", grown.Names.Except(left.Names))} into a step of its own behind it)";
        }

        void Take(Kept step, Kept? from)
        {
            if (from is null) return;
            taken[step] = from;
            carried[step.Id] = from.Id;
            before.Remove(from);
        }
    }

    private static List<Kept> Stateful(StagePlan stage) =>
        [.. stage.Walk().Select(s => (s.Step.Id, State: s.Step.State(s.Rows))).Where(s => s.State is not null).Select(s => new Kept(s.Id, s.State!))];

    private static (string Name, UInt128 StateFingerprint) Key(StagePlan stage) => (stage.Name, stage.Input.StateFingerprint);

    private static string Keys(JobPlan plan) => plan.Stages.Count == 1 ? "none" : string.Join(", ", plan.Stages.Skip(1).Select(s => s.Name));

    /// <summary>A step that keeps state.</summary>
    private sealed record Kept(string Id, KeptState State)
    {
        public UInt128 StateFingerprint => State.StateFingerprint;

        public IReadOnlyList<string> Names => State.Results;

        /// <summary>When its results are whole after it began empty.</summary>
        public string Complete => State.CompleteAfterMs is { } ms
            ? $"complete after {DurationText.Format(ms)} of event time"
            : "and windows that are open now have only what comes from now on";

        public override string ToString() => $"{Id} ({string.Join(", ", Names)})";
    }
}
