using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Formats.Bytes;
using StreamGrains.Engine.Formats.Csv;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Specs.Reading;

namespace StreamGrains.Specs.Formats;

/// <summary>The formats that specs can name. Pure.</summary>
public static class RecordFormats
{
    /// <summary>All of them; the first is what a source or a sink has that names none.</summary>
    public static readonly IReadOnlyList<IRecordFormat> All = [JsonFormat.Instance, CsvFormat.Instance, BytesFormat.Text, BytesFormat.Base64];

    /// <summary>The format of this name; reported where there is none, and then the first.</summary>
    internal static IRecordFormat Find(string path, string name, SpecErrors errors)
    {
        if (All.FirstOrDefault(f => f.Name == name) is { } format) return format;
        errors.AddChoice(path, name, [.. All.Select(f => f.Name)]);
        return All[0];
    }
}
