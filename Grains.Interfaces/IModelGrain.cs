using Orleans.Concurrency;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Grains.Interfaces;

/// <summary>
/// One model of a job; its key is <c>job/path</c> with the path as the spec writes it, such as <c>card-fraud/models/fraud.onnx</c>. It keeps nothing: the job's grain does.
/// </summary>
[Alias("StreamGrains.IModelGrain")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Which version the job scores with; refused when there is no such job, or it has no such model.</summary>
    [Alias("Current"), AlwaysInterleave]
    Task<Answer<JobModel>> Current();

    /// <summary>
    /// Has the job score with the file of this content (SHA-256, lower-case hexadecimal) from its next revision on; the file was uploaded before. State stays, and the output stands still
    /// for a hand-over. The version that is in use already changes nothing.
    /// </summary>
    [Alias("Use"), ResponseTimeout("00:10:00")]
    Task<Answer<SubmitAnswer>> Use(string sha256);
}
