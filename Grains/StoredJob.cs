using System.Text.Json;
using StreamGrains.Contracts.Control;
using StreamGrains.Control.Records;

namespace StreamGrains.Grains;

/// <summary>
/// A job in grain storage: its record as JSON text, so that what is stored does not depend on the storage's serializer.
/// </summary>
[GenerateSerializer, Alias("StreamGrains.StoredJob")]
internal sealed class StoredJob
{
    [Id(0)]
    public string? Text { get; set; }

    /// <summary>The record; null when there is none.</summary>
    public JobRecord? Read() => Text is null ? null : JsonSerializer.Deserialize<JobRecord>(Text, ControlJson.Options);

    public void Write(JobRecord record) => Text = JsonSerializer.Serialize(record, ControlJson.Options);
}

/// <summary>Names of the cluster's jobs in grain storage.</summary>
[GenerateSerializer, Alias("StreamGrains.StoredIndex")]
internal sealed class StoredIndex
{
    [Id(0)]
    public List<string> Jobs { get; set; } = [];
}
