using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace StreamGrains.Storage;

/// <summary>What S3's refusals mean to whoever set the store up.</summary>
internal static class S3Errors
{
    /// <summary>What to say of an object that was written again while it was read.</summary>
    public const string Changed = "it was written again while it was read";

    /// <summary>Whether it says that there is no such object, of a bucket that is there.</summary>
    public static bool IsMissing(AmazonS3Exception failure) => failure.StatusCode == HttpStatusCode.NotFound && failure.ErrorCode is not "NoSuchBucket";

    public static string? Explain(Exception failure) => failure switch
    {
        AmazonS3Exception { ErrorCode: "NoSuchBucket" } => "there is no such bucket: create it, or correct the location",
        AmazonS3Exception { StatusCode: HttpStatusCode.NotFound } => "it was deleted while it was read",
        AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed } => Changed,
        AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } refused =>
            $"the server refuses ({Words(refused)}): the credentials need s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on the objects, "
            + "and s3:ListBucket on the bucket",
        AmazonS3Exception { StatusCode: HttpStatusCode.MovedPermanently } => "the bucket lies in another region: say ?region=",
        AmazonS3Exception refused when refused.StatusCode != 0 => $"the server says {Words(refused)}",
        AmazonClientException client when client.Message.Contains("credentials", StringComparison.OrdinalIgnoreCase) =>
            "no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or a role",
        _ => null,
    };

    private static string Words(AmazonS3Exception refused) => $"{(int)refused.StatusCode} {refused.ErrorCode}: {refused.Message}".ReplaceLineEndings(" ");
}
