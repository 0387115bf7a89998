using Orleans.Concurrency;
using StreamGrains.Contracts.Control;
using StreamGrains.Control;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>What a job was handed in as, for other jobs that ask what it writes. Interleaves, so that two jobs that are handed in at once do not wait for each other.</summary>
[Alias("StreamGrains.IHandedJob")]
internal interface IHandedJob : IGrainWithStringKey
{
    /// <summary>The submission.</summary>
    [Alias("Handed"), AlwaysInterleave]
    Task<Answer<JobSubmission>> Handed();
}

/// <summary>What the jobs of the cluster write. Asks their grains; of one that does not answer only the name is known.</summary>
internal sealed class WrittenByCluster(IGrainFactory grains, SubmissionCheck check, Action<string> silent)
{
    public async Task<IReadOnlyList<WrittenTopics>> Besides(string job)
    {
        var others = (await grains.GetJobs().List()).Where(n => n != job);
        return await Task.WhenAll(others.Select(WrittenBy));
    }

    private async Task<WrittenTopics> WrittenBy(string job)
    {
        var answer = await GrainCall.Quietly(() => grains.GetGrain<IHandedJob>(job).Handed(), silent);
        return answer?.Value is { } submission ? check.WrittenBy(job, submission) : new WrittenTopics(job, [], null);
    }
}
