using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace StreamGrains.Deploy.Tests;

/// <summary>A node of a YAML document, with just enough to ask it questions. A path is keys with slashes between, since keys have dots.</summary>
internal sealed class Manifest(YamlNode node)
{
    public static IReadOnlyList<Manifest> Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(document => new Manifest(document.RootNode))];
    }

    public string Kind => Text("kind");

    public string Name => Text("metadata/name");

    public YamlNode Node => node;

    /// <summary>The keys of a mapping; none for anything else.</summary>
    public IEnumerable<string> Keys => node is YamlMappingNode mapping ? mapping.Children.Keys.Select(key => ((YamlScalarNode)key).Value!) : [];

    /// <summary>The items of a sequence; none for anything else.</summary>
    public IEnumerable<Manifest> Items => node is YamlSequenceNode sequence ? sequence.Children.Select(child => new Manifest(child)) : [];

    /// <summary>The node at a path, or null.</summary>
    public Manifest? Find(string path)
    {
        var at = node;
        foreach (var key in path.Split('/'))
        {
            if (at is not YamlMappingNode mapping || !mapping.Children.TryGetValue(new YamlScalarNode(key), out at!)) return null;
        }
        return new Manifest(at);
    }

    public Manifest At(string path) => Find(path) ?? throw new KeyNotFoundException($"no {path} in\n{this}");

    public string Text(string path) => ((YamlScalarNode)At(path).Node).Value!;

    public int Number(string path) => int.Parse(Text(path), CultureInfo.InvariantCulture);

    public bool Is(string path, string value) => Find(path)?.Node is YamlScalarNode scalar && scalar.Value == value;

    /// <summary>A mapping of texts, such as labels.</summary>
    public Dictionary<string, string> Texts(string path) => Find(path)?.Node is YamlMappingNode mapping
        ? mapping.Children.ToDictionary(entry => ((YamlScalarNode)entry.Key).Value!, entry => ((YamlScalarNode)entry.Value).Value!)
        : [];

    public override string ToString()
    {
        var text = new StringWriter();
        new YamlStream(new YamlDocument(node)).Save(text, assignAnchors: false);
        return text.ToString();
    }
}

internal static class Manifests
{
    public static Manifest One(this IEnumerable<Manifest> manifests, string kind) => manifests.Single(manifest => manifest.Kind == kind);

    public static Manifest Silo(this IEnumerable<Manifest> manifests) => manifests.One("StatefulSet").At("spec/template/spec/containers").Items.Single();

    /// <summary>Every pod that the chart makes: the silos' template, and pods as such.</summary>
    public static IEnumerable<Manifest> Pods(this IEnumerable<Manifest> manifests) =>
        manifests.Select(manifest => manifest.Find("spec/template/spec") ?? (manifest.Kind == "Pod" ? manifest.At("spec") : null)).OfType<Manifest>();

    /// <summary>Environment variables of a container that have their value in the manifest.</summary>
    public static Dictionary<string, string> Environment(this Manifest container) =>
        container.At("env").Items.Where(variable => variable.Find("value") is not null).ToDictionary(variable => variable.Text("name"), variable => variable.Text("value"));
}
