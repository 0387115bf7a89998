using System.Globalization;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Supervision;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control;

/// <summary>
/// Finds out whether somebody else runs a job that is new to this server: two servers that ran it would shut each other out by turns. Only looked at, for asking in a way that the job
/// notices would stop it. Any thread.
/// </summary>
internal sealed class StrangerWatch(IJobEnvironment environment, TimeProvider time)
{
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(2);

    /// <summary>The submission, with a note where the job has committed on this cluster before; a refusal where it commits now. <paramref name="there"/>: topics that there are.</summary>
    public async Task<Answer<CheckedSubmission>> Look(CheckedSubmission submission, IReadOnlyDictionary<string, int> there, CancellationToken cancel)
    {
        var plan = submission.Plan;
        if (!there.TryGetValue(plan.JournalTopic, out var partitions)) return submission;
        var cluster = environment.Connect(plan);
        using var owned = cluster as IDisposable;
        var ends = new JournalEnds(cluster, plan, partitions);
        var before = await Task.Run(ends.Now, cancel);
        if (before.All(e => e == 0)) return submission;
        await Task.Delay(Watch, time, cancel);
        var moves = !before.SequenceEqual(await Task.Run(ends.Now, cancel));
        return moves
            ? Refusal.Of(
                RefusalKind.Conflict,
                $"somebody else runs job '{plan.Name}' on this cluster: its journal '{plan.JournalTopic}' grows, and this server has no record of it. Stop it there first, or hand it in where it runs: two servers would shut each other out of it")
            : submission with
            {
                Notes =
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"the job has committed on this cluster before, and this server has no record of that: it goes on from there. Nothing was committed in {Watch.TotalSeconds:0} s; if another server has the job and it was only quiet, remove it there"),
                ],
            };
    }
}

/// <summary>Where a job's journal ends, by slot. It moves with every commit.</summary>
/// <param name="cluster">The job's cluster.</param>
/// <param name="plan">The job.</param>
/// <param name="partitions">Partitions of its journal.</param>
public sealed class JournalEnds(IJobCluster cluster, Engine.Plan.JobPlan plan, int partitions)
{
    /// <summary>The ends now.</summary>
    public IReadOnlyList<long> Now()
    {
        var slices = Enumerable.Range(0, partitions).Select(p => new TopicPartition(plan.JournalTopic, p)).ToList();
        var ranges = cluster.Ranges(slices);
        return [.. slices.Select(s => ranges[s].Next)];
    }
}
