using System.Globalization;
using StreamGrains.Cli.Loading;
using StreamGrains.Cli.Terminal;
using StreamGrains.Contracts;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Specs;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Cli.Jobs;

/// <summary>A job spec that a person named.</summary>
internal static class JobFile
{
    /// <summary>
    /// Its plan. Throws <see cref="CommandFailed"/> with every mistake, a line each. <paramref name="models"/> opens the models to check them; null leaves them closed.
    /// </summary>
    public static JobPlan Compile(string path, IReadOnlyList<string>? overrides, IModelCatalog? models)
    {
        var text = UserFile.ReadText(path);
        var result = JobCompiler.Compile(text, path, overrides ?? [], models, Path.GetDirectoryName(Path.GetFullPath(path))!);
        return result.Plan ?? throw Mistaken(path, result.Errors);
    }

    /// <summary>The failure that tells every mistake, a line each.</summary>
    public static CommandFailed Mistaken(string path, IReadOnlyList<SpecError> mistakes)
    {
        var count = mistakes.Count == 1 ? "one mistake" : string.Create(CultureInfo.InvariantCulture, $"{mistakes.Count} mistakes");
        return new CommandFailed(ExitCode.Spec, $"{count} in {path}\n{string.Join('\n', mistakes)}");
    }

    /// <summary>
    /// Files of this machine that the spec names as models, by the path that it writes; those that are not here are left out. A spec with mistakes gives what can be found in it.
    /// </summary>
    public static Dictionary<string, string> ModelsOf(string path, IReadOnlyList<string> overrides)
    {
        var errors = new SpecErrors(path);
        var root = SpecReader.Read(new(path, UserFile.ReadText(path)), errors);
        if (root is null) return [];
        root = overrides.Aggregate(root, (spec, item) => SpecOverrides.Apply(spec, item, errors));
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return (new SpecBinder(errors).Bind(root)?.Steps ?? []).Select(s => s.Score?.Model).OfType<string>().Where(m => m.Length > 0).Distinct()
            .Select(m => (Written: m, File: Path.Combine(directory, m))).Where(m => File.Exists(m.File)).ToDictionary(m => m.Written, m => m.File);
    }
}
