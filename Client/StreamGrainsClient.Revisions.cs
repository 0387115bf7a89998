using System.Globalization;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Client;

/// <content>What a job was handed in with.</content>
public sealed partial class StreamGrainsClient
{
    /// <summary>What a job was handed in with last: the spec's text, overrides, and its models by hash.</summary>
    public Task<JobRevision> SpecAsync(string job, CancellationToken cancel = default) => Get<JobRevision>($"{PathOf(job)}/spec", cancel);

    /// <summary>Specs that a job was handed in with, oldest first: the newest and the last few before it.</summary>
    public Task<IReadOnlyList<RevisionSummary>> RevisionsAsync(string job, CancellationToken cancel = default) => Get<IReadOnlyList<RevisionSummary>>($"{PathOf(job)}/revisions", cancel);

    /// <summary>What a job was handed in with at one of its revisions. One that is not kept any more is <see cref="ProblemKind.NotFound"/>.</summary>
    public Task<JobRevision> RevisionAsync(string job, int revision, CancellationToken cancel = default) =>
        Get<JobRevision>(string.Create(CultureInfo.InvariantCulture, $"{PathOf(job)}/revisions/{revision}"), cancel);
}
