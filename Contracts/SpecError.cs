namespace StreamGrains.Contracts;

/// <summary>One mistake in a spec.</summary>
/// <param name="File">File, or the override, that holds it.</param>
/// <param name="Line">Line, from 1; 0 when the spec was not read from text.</param>
/// <param name="Column">Column, from 1; 0 when the spec was not read from text.</param>
/// <param name="Message">What is wrong and what to do.</param>
/// <param name="Suggestion">The nearest right name, if one is near.</param>
public sealed record SpecError(string File, int Line, int Column, string Message, string? Suggestion = null)
{
    /// <summary><c>job.yaml:12:7: unknown field 'termnal_id'; did you mean 'terminal_id'?</c></summary>
    public override string ToString()
    {
        var place = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        return Suggestion is null ? $"{place}: {Message}" : $"{place}: {Message}; did you mean '{Suggestion}'?";
    }
}
