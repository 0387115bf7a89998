using System.Globalization;

namespace StreamGrains.Storage;

/// <summary>
/// Requests to one store: each with its repetitions bounded in time, and every failure an <see cref="IOException"/> that says which store, which blob and why. Any thread.
/// </summary>
/// <param name="store">The store's location.</param>
/// <param name="patience">How long a request may take with all its repetitions.</param>
/// <param name="explain">What a failure of the store's library means, where it means something; null for its own words.</param>
internal sealed class StoreRequests(string store, TimeSpan patience, Func<Exception, string?> explain)
{
    /// <summary>A request takes this long at most, unless a test says otherwise.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How often a library tries within a request.</summary>
    public const int Attempts = 3;

    /// <summary>How long one try may take.</summary>
    public TimeSpan Attempt => patience / Attempts;

    /// <summary>Awaits a request. <paramref name="doing"/> reads <c>cannot {doing} 'name'</c>.</summary>
    public async Task<T> Ask<T>(string doing, string name, Func<CancellationToken, Task<T>> request)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            return await request(limit.Token).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var why = limit.IsCancellationRequested ? string.Create(CultureInfo.InvariantCulture, $"no answer within {patience.TotalSeconds:0.#} s") : Why(failure);
            throw new IOException($"storage {store}: cannot {doing} '{name}': {why}", failure);
        }
    }

    private string Why(Exception failure)
    {
        if (explain(failure) is { } known) return known;
        // What lies innermost tells of the connection; what is around it says that a request failed.
        while ((failure as AggregateException)?.InnerExceptions[^1] is { } last || (last = failure.InnerException) is not null) failure = last;
        return failure.Message.ReplaceLineEndings(" ");
    }
}
