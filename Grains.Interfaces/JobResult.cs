namespace StreamGrains.Grains.Interfaces;

/// <summary>
/// One result of a job on an Orleans stream. The same result may come more than once: <see cref="Topic"/>, <see cref="Partition"/> and <see cref="Offset"/> tell it from all others. Results of one
/// stream are of one partition, and their offsets grow; so a subscriber that has kept the last offset it has seen drops what is not above it.
/// </summary>
/// <param name="Key">Key of the stream: the text of the column that the job names.</param>
/// <param name="Json">The columns that the job names, as a JSON object.</param>
/// <param name="EventTime">When it happened.</param>
/// <param name="Topic">Internal topic that the job wrote it to.</param>
/// <param name="Partition">Partition of that topic.</param>
/// <param name="Offset">Offset in that partition. Begins anew when the job is reset.</param>
[GenerateSerializer, Immutable, Alias("StreamGrains.JobResult")]
public sealed record JobResult(
    [property: Id(0)] string Key, [property: Id(1)] string Json, [property: Id(2)] DateTimeOffset EventTime, [property: Id(3)] string Topic, [property: Id(4)] int Partition, [property: Id(5)] long Offset);
