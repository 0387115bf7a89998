using StreamGrains.Contracts.Control;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>A shell before the job's grain, which knows its models. Thread: its grain's turns.</summary>
internal sealed class ModelGrain : Grain, IModelGrain
{
    public async Task<Answer<JobModel>> Current()
    {
        var (job, path) = Key();
        var models = await GrainFactory.GetJob(job).Models();
        if (models.Value is not { } all) return models.Refusal!;
        return all.FirstOrDefault(m => m.Path == path) is { } model ? model : Refusal.Of(RefusalKind.NotFound, NoModel(job, path, all));
    }

    public async Task<Answer<SubmitAnswer>> Use(string sha256)
    {
        var (job, path) = Key();
        return await GrainFactory.GetJob(job).UseModel(path, sha256);
    }

    /// <summary>In words, with those that are there.</summary>
    public static string NoModel(string job, string path, IReadOnlyList<JobModel> all) =>
        $"job '{job}' has no model '{path}'; {(all.Count == 0 ? "it has none" : $"it has {string.Join(", ", all.Select(m => $"'{m.Path}'"))}")}";

    /// <summary>Names of jobs have no slash.</summary>
    private (string Job, string Path) Key()
    {
        var key = this.GetPrimaryKeyString();
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (key, "") : (key[..slash], key[(slash + 1)..]);
    }
}
