using System.Diagnostics;
using StreamGrains.Contracts.Control;
using StreamGrains.Engine;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Control;

/// <summary>
/// The models of one submission: what the spec calls <c>models/fraud.onnx</c> is the file with the content that was handed in under that path. Paths that nothing was handed in for are
/// files of this machine, below the server's model directory only. Owner: whoever compiles the spec.
/// </summary>
internal sealed class SubmittedModels : IModelCatalog
{
    /// <summary>What to do about a model that is not there.</summary>
    public const string HowToUpload = "Upload the file (POST /api/v1/models) and name its hash under 'models' of the submission: `streamgrains submit` does both for a file that is where the spec says, seen from the spec";

    private const int MostLooked = 1000, MostShown = 10;

    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true, IgnoreInaccessible = true };

    private readonly IModelCatalog inner;
    private readonly string root;
    private readonly Dictionary<string, string> files = [];
    private readonly HashSet<string> promised = [];

    private readonly IEnumerable<string> handedIn;

    private SubmittedModels(IModelCatalog inner, string root, IEnumerable<string> handedIn) => (this.inner, this.root, this.handedIn) = (inner, root, handedIn);

    /// <summary>Finds the files; <c>Missing</c> has the paths for which nobody handed any in.</summary>
    /// <param name="submission">The submission.</param>
    /// <param name="inner">Opens files.</param>
    /// <param name="store">Where files were handed in.</param>
    /// <param name="root">The server's model directory; relative paths of the spec start here.</param>
    /// <param name="trial">A model whose file is not there yet counts as promised: nothing is missing then, and the file is not looked into.</param>
    /// <param name="cancel">Ends the search.</param>
    public static async Task<(SubmittedModels Models, IReadOnlyList<string> Missing)> Find(
        JobSubmission submission, IModelCatalog inner, ModelFiles store, string root, bool trial, CancellationToken cancel)
    {
        var models = new SubmittedModels(inner, Path.GetFullPath(root), submission.Models.Keys);
        var missing = new List<string>();
        foreach (var (path, hash) in submission.Models)
        {
            if (path.Contains('\0', StringComparison.Ordinal)) missing.Add(path);
            else if (await store.Find(hash, cancel) is { } file) models.files[Path.GetFullPath(path, models.root)] = file;
            else if (trial && ModelFiles.IsHash(hash)) models.promised.Add(Path.GetFullPath(path, models.root));
            else missing.Add(path);
        }
        return (models, missing);
    }

    /// <inheritdoc/>
    /// <remarks>What is said of a model names the path that was asked for, never the server's file.</remarks>
    public IModel Open(string path)
    {
        var file = FileOf(path);
        if (promised.Contains(path)) return new PromisedModel();
        try
        {
            return new NamedModel(inner.Open(file), file, path);
        }
        catch (ModelRefused refused)
        {
            throw new ModelRefused(refused.Message.Replace(file, path, StringComparison.Ordinal), refused);
        }
    }

    /// <inheritdoc/>
    public void Inspect(string path) => inner.Inspect(FileOf(path));

    /// <summary>What a person should know of models that are not there yet.</summary>
    public IEnumerable<string> Notes => handedIn.Where(path => promised.Contains(Path.GetFullPath(path, root))).Select(path => $"model '{path}' is not on the server yet: whether it fits shows when it is handed in");

    /// <summary>The plan with the files that its models are in.</summary>
    public JobPlan Resolve(JobPlan plan) => plan with
    {
        Stages = [.. plan.Stages.Select(stage => stage with { Steps = [.. stage.Steps.Select(s => s.Model is { } model ? s.WithModel(FileOf(model)) : s)] })],
    };

    /// <summary>Nothing of its own: the files stay open for who runs the job.</summary>
    public void Dispose()
    {
    }

    private string FileOf(string path)
    {
        if (files.TryGetValue(path, out var file)) return file;
        if (promised.Contains(path)) return path;
        var isOwn = path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (isOwn && File.Exists(path)) return path;
        var own = OwnModels();
        var why = isOwn ? "the server's model directory has no such file" : "the server opens no files outside of its model directory";
        throw new ModelRefused($"model '{path}' was not handed in with the job, and {why}. {There("Handed in", [.. handedIn])}; {There("of the server's own", own)}. {HowToUpload}")
        {
            Suggestion = NearestName.Of(Path.GetRelativePath(root, path), handedIn.Concat(own)),
        };
    }

    private List<string> OwnModels() => Directory.Exists(root)
        ? [.. Directory.EnumerateFiles(root, "*.onnx", Everywhere).Take(MostLooked).Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal)]
        : [];

    private static string There(string which, List<string> names)
    {
        var shown = string.Join(", ", names.Take(MostShown).Select(n => $"'{n}'"));
        return $"{which}: {(names.Count == 0 ? "none" : shown)}{(names.Count > MostShown ? " and more" : "")}";
    }

    /// <summary>A model under another name than its file's.</summary>
    private sealed class NamedModel(IModel model, string file, string name) : IModel
    {
        public IReadOnlyList<ModelValue> Inputs => model.Inputs;

        public IReadOnlyList<ModelValue> Outputs => model.Outputs;

        public IReadOnlyList<string> Check(int features, IReadOnlyList<string> outputs) =>
            [.. model.Check(features, outputs).Select(problem => problem.Replace(file, name, StringComparison.Ordinal))];

        public IScorer CreateScorer(int features, IReadOnlyList<string> outputs) => model.CreateScorer(features, outputs);
    }

    /// <summary>A model that nobody has looked into: whatever a spec wants of it may be right.</summary>
    private sealed class PromisedModel : IModel
    {
        public IReadOnlyList<ModelValue> Inputs => [];

        public IReadOnlyList<ModelValue> Outputs => [];

        public IReadOnlyList<string> Check(int features, IReadOnlyList<string> outputs) => [];

        public IScorer CreateScorer(int features, IReadOnlyList<string> outputs) => throw new UnreachableException("nothing runs in a dry run");
    }
}
