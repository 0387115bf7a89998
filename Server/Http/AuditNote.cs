namespace StreamGrains.Server.Http;

/// <summary>What a request came to, for its line in the log; a feature of the request.</summary>
/// <param name="Text">In words.</param>
/// <param name="TraceId">Under which the answer names it, where it was not carried out.</param>
internal sealed record AuditNote(string Text, string? TraceId = null);
