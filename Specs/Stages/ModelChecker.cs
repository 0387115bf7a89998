using StreamGrains.Contracts.Steps;
using StreamGrains.Engine.Ports;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Stages;

/// <summary>Opens the models of score steps and reports what does not fit, under the names that the spec writes.</summary>
internal sealed class ModelChecker(IModelCatalog? models, string baseDirectory, SpecErrors errors)
{
    /// <summary>The file a spec means.</summary>
    public string PathOf(string model)
    {
        try
        {
            return Path.GetFullPath(model, Path.GetFullPath(baseDirectory));
        }
        catch (ArgumentException)
        {
            return model;
        }
    }

    /// <summary>Checks the model of the score step at <paramref name="path"/>.</summary>
    public void Check(string path, ScoreSpec score)
    {
        if (score.Model.Contains('\0', StringComparison.Ordinal)) errors.Add($"{path}.model", "this is no path of a file");
        else if (models is not null && score.Model.Length > 0) Open(path, score, models);
    }

    private void Open(string path, ScoreSpec score, IModelCatalog catalog)
    {
        var file = PathOf(score.Model);
        try
        {
            foreach (var problem in catalog.Open(file).Check(score.Features.Count, [.. score.Output.Values]).Select((text, i) => (text, i)))
                errors.Add($"{path}.model", AsWritten(problem.text), offset: -3 - problem.i);
        }
        catch (ModelRefused refused)
        {
            errors.Add($"{path}.model", AsWritten(refused.Message), refused.Suggestion);
        }

        string AsWritten(string message) => message.Replace(file, score.Model, StringComparison.Ordinal);
    }
}
