namespace StreamGrains.Interop.OrleansStreamsKafka;

/// <summary>What <see cref="EventTopic"/> copies.</summary>
public sealed record EventTopicOptions
{
    /// <summary>Brokers to connect to first, separated by commas.</summary>
    public required string Bootstrap { get; init; }

    /// <summary>Topic that the stream provider writes: its name is the streams' namespace.</summary>
    public required string From { get; init; }

    /// <summary>Topic for plain JSON, which a job can read. It must be there.</summary>
    public required string To { get; init; }

    /// <summary>Consumer group that holds how far the copy is, and transactional id of its only writer.</summary>
    public required string Group { get; init; }

    /// <summary>Other librdkafka settings, such as <c>security.protocol</c>; default: none.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Told in words of each record that is no batch of events and is left out; default: nobody.</summary>
    public Action<string> Skipped { get; init; } = _ => { };
}
