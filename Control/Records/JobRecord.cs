using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Control.Records;

/// <summary>What is to be remembered of a job over restarts: what it is to do, not how it is doing.</summary>
public sealed record JobRecord
{
    /// <summary>Name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>What was handed in last.</summary>
    public required JobSubmission Submission { get; init; }

    /// <summary>Its hash.</summary>
    public required string SpecHash { get; init; }

    /// <summary>Number of the spec, from 1.</summary>
    public required int Revision { get; init; }

    /// <summary>Hash of everything that decides the meaning of the job's state, hexadecimal.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Slots that the job has.</summary>
    public required int Slots { get; init; }

    /// <summary>Warm copies of each slot's state, 0 or 1.</summary>
    public int Standby { get; init; }

    /// <summary>Generation of the job, from 1: it grows when the job begins from a savepoint, or with other slots.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>What the generation begins from, until it has begun; null otherwise.</summary>
    public SeedOrder? Seed { get; init; }

    /// <summary>Grows with every revision and every generation: a process that is told to run a higher one lets go of a lower one.</summary>
    [JsonIgnore]
    public int Run => checked((Generation << 16) + Revision);

    /// <summary>When this revision was handed in.</summary>
    public required DateTimeOffset Submitted { get; init; }

    /// <summary>Revisions before this one, oldest first: the last few.</summary>
    public IReadOnlyList<JobRevision> Earlier { get; init; } = [];

    /// <summary>Whether the job is to run.</summary>
    public required bool Wanted { get; init; }

    /// <summary>Models that the job scores with, as they were handed in.</summary>
    public IReadOnlyList<JobModel> Models() => [.. Submission.Models.Select(m => new JobModel(m.Key, m.Value))];

    /// <summary>SHA-256 over everything of a submission that changes what the job does, lower-case hexadecimal. The spec's file name is not part of it.</summary>
    public static string HashOf(JobSubmission submission)
    {
        var text = new StringBuilder(submission.Spec);
        foreach (var item in submission.Set) text.Append('\0').Append(item);
        foreach (var (path, hash) in submission.Models.OrderBy(m => m.Key, StringComparer.Ordinal)) text.Append("\0\0").Append(path).Append('\0').Append(hash);
        foreach (var partition in submission.AcceptLoss.Order(StringComparer.Ordinal)) text.Append("\0\0\0").Append(partition);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>What a generation is to begin from.</summary>
/// <param name="Savepoint">Savepoint with its state.</param>
/// <param name="Before">Generation that it takes the place of.</param>
public sealed record SeedOrder(string Savepoint, int Before);
