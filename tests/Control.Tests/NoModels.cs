using StreamGrains.Engine.Ports;

namespace StreamGrains.Control.Tests;

/// <summary>A catalog that has no model, and of which none is asked for.</summary>
internal sealed class NoModels : IModelCatalog
{
    public IModel Open(string path) => throw new NotSupportedException("no model is opened here");

    public void Inspect(string path) => throw new ModelRefused("there are no models");

    public void Dispose()
    {
    }
}
