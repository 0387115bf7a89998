namespace StreamGrains.Grains;

/// <summary>Calls to grains whose silo may have just gone.</summary>
internal static class GrainCall
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The answer, or null when there is none in time; <paramref name="silent"/> is told why.</summary>
    public static async Task<T?> Quietly<T>(Func<Task<T>> call, Action<string> silent)
        where T : class
    {
        try
        {
            return await call().WaitAsync(Patience);
        }
        catch (Exception failure) when (failure is TimeoutException or OrleansException)
        {
            silent(failure.Message);
            return null;
        }
    }
}
