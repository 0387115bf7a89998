using StreamGrains.Contracts.Control;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Hosting.Control;

/// <summary>
/// The models of one submission: what the spec calls <c>models/fraud.onnx</c> is the file with the content that was handed in under that path. Paths that nothing was handed in for are
/// files of this machine, below the server's model directory only. Owner: whoever compiles the spec.
/// </summary>
internal sealed class SubmittedModels : IModelCatalog
{
    private readonly IModelCatalog inner;
    private readonly string root;
    private readonly Dictionary<string, string> files = [];
    private readonly Dictionary<string, string> written = [];

    private SubmittedModels(IModelCatalog inner, string root) => (this.inner, this.root) = (inner, root);

    /// <summary>Finds the files; <c>Missing</c> has the paths for which nobody handed any in.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="inner">Opens files.</param>
    /// <param name="store">Where files were handed in.</param>
    /// <param name="root">The server's model directory; relative paths of the spec start here.</param>
    /// <param name="cancel">Ends the search.</param>
    public static async Task<(SubmittedModels Models, IReadOnlyList<string> Missing)> Find(
        JobSubmission submission, IModelCatalog inner, ModelFiles store, string root, CancellationToken cancel)
    {
        var models = new SubmittedModels(inner, Path.GetFullPath(root));
        var missing = new List<string>();
        foreach (var (path, hash) in submission.Models)
        {
            if (path.Contains('\0', StringComparison.Ordinal)) missing.Add(path);
            else if (await store.Find(hash, cancel) is not { } file) missing.Add(path);
            else
            {
                models.files[Path.GetFullPath(path, models.root)] = file;
                models.written[file] = path;
            }
        }
        return (models, missing);
    }

    /// <inheritdoc/>
    public IModel Open(string path)
    {
        var file = FileOf(path);
        try
        {
            return inner.Open(file);
        }
        catch (ModelRefused refused) when (written.TryGetValue(file, out var name))
        {
            throw new ModelRefused(refused.Message.Replace(file, name, StringComparison.Ordinal), refused);
        }
    }

    /// <summary>The plan with the files that its models are in.</summary>
    public JobPlan Resolve(JobPlan plan) => plan with
    {
        Stages = [.. plan.Stages.Select(stage => stage with { Steps = [.. stage.Steps.Select(s => s is ScorePlan score ? score with { Model = FileOf(score.Model) } : s)] })],
    };

    /// <summary>Nothing of its own: the files stay open for who runs the job.</summary>
    public void Dispose()
    {
    }

    private string FileOf(string path)
    {
        if (files.TryGetValue(path, out var file)) return file;
        if (path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) return path;
        throw new ModelRefused($"'{path}' was not handed in with the job, and the server opens no files outside of its model directory: hand the file in with the spec");
    }
}
