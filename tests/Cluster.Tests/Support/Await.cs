namespace StreamGrains.Cluster.Tests.Support;

internal static class Await
{
    /// <summary>Waits for a condition, at most a minute.</summary>
    public static void That(Func<bool> condition, string what, Func<string>? else_ = null) =>
        Eventually.True(condition, TimeSpan.FromMinutes(1), () => $"it did not come to this within a minute: {what}\n{else_?.Invoke()}");
}
