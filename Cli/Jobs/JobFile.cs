using System.Globalization;
using StreamGrains.Cli.Loading;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Hosting.Specs;

namespace StreamGrains.Cli.Jobs;

/// <summary>A job spec that a person named.</summary>
internal static class JobFile
{
    /// <summary>
    /// Its plan. Throws <see cref="CommandFailed"/> with every mistake, a line each. <paramref name="models"/> opens the models to check them; null leaves them closed.
    /// </summary>
    public static JobPlan Compile(string path, IReadOnlyList<string>? overrides, IModelCatalog? models)
    {
        string text;
        using (var reader = new StreamReader(UserFile.Open(path))) text = reader.ReadToEnd();
        var result = JobCompiler.Compile(text, path, overrides ?? [], models, Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (result.Plan is not null) return result.Plan;
        var count = result.Errors.Count == 1 ? "one mistake" : string.Create(CultureInfo.InvariantCulture, $"{result.Errors.Count} mistakes");
        throw new CommandFailed(ExitCode.Spec, $"{count} in {path}\n{string.Join('\n', result.Errors)}");
    }
}
