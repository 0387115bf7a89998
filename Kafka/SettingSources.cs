namespace StreamGrains.Kafka;

/// <summary>Where a process' Kafka settings come from, the same for every program. Later ones win: the configuration (file and environment), the properties file, what the command line says.</summary>
public static class SettingSources
{
    /// <summary>A setting of this name with it behind is read from the file that it names, so that a secret is in no command line and no configuration.</summary>
    public const string FromFile = ".from.file";

    /// <summary>All settings together. Throws <see cref="ArgumentException"/> for what cannot be read or has no meaning here, with where it stands.</summary>
    /// <param name="configured">Of the configuration.</param>
    /// <param name="properties">A file in the format of Kafka's own tools; null for none.</param>
    /// <param name="said">Of the command line.</param>
    public static IReadOnlyDictionary<string, string> Together(IReadOnlyDictionary<string, string> configured, string? properties, IReadOnlyDictionary<string, string> said)
    {
        var together = new Dictionary<string, string>();
        foreach (var source in new[] { Resolved(configured), properties is null ? [] : OfFile(properties), Resolved(said) })
            foreach (var (key, value) in source) together[key] = value;
        return together;
    }

    private static Dictionary<string, string> OfFile(string path)
    {
        try
        {
            return Resolved(JavaSettings.Translate(PropertiesText.Read(File.ReadAllText(path))));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ArgumentException($"{path}: {failure.Message}", failure);
        }
    }

    private static Dictionary<string, string> Resolved(IReadOnlyDictionary<string, string> settings) => settings.ToDictionary(
        s => s.Key.EndsWith(FromFile, StringComparison.Ordinal) ? s.Key[..^FromFile.Length] : s.Key,
        s => s.Key.EndsWith(FromFile, StringComparison.Ordinal) ? Content(s.Key, s.Value) : s.Value);

    /// <summary>Without the line's end that editors and `echo` put behind a secret.</summary>
    private static string Content(string key, string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\r', '\n');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"'{key}': {failure.Message}", failure);
        }
    }
}
