namespace StreamGrains.Runtime.Lanes;

/// <summary>Reasons of commits that do not land, as clients give them: a text, with the code of the error in parentheses at its end. Pure.</summary>
internal static class TroubleWords
{
    /// <summary>What the cluster shows and what the client said last, in words; either may be missing.</summary>
    public static string Of(string? shown, string? said) => (shown, said) switch
    {
        (null, null) => "the cluster shows no reason; it is tried on",
        (null, _) => $"Kafka says: {said}",
        (_, null) => shown,
        _ => $"{shown}; Kafka says: {said}",
    };

    /// <summary>The reason that tells more: a later one, unless it only follows from the one before.</summary>
    public static string Better(string? before, string now) => before is not null && IsVague(now) ? before : now;

    /// <summary>Whether a reason says only that the client is in a state to which something else has led ("Erroneous state").</summary>
    public static bool IsVague(string reason) => CodeOf(reason) == "Local_State";

    /// <summary>The error's code; <c>Other</c> when there is none.</summary>
    public static string CodeOf(string reason)
    {
        var end = reason.AsSpan().TrimEnd('.');
        var open = end.LastIndexOf('(');
        var code = end is [.., ')'] && open >= 0 ? end[(open + 1)..^1] : [];
        foreach (var c in code)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return "Other";
        return code.Length == 0 ? "Other" : code.ToString();
    }
}
