using StreamGrains.Contracts;
using StreamGrains.Contracts.Steps;
using StreamGrains.Specs.Reading;
using StreamGrains.Specs.Stages;

namespace StreamGrains.Specs.Steps.Window;

/// <summary>How long windows are and how far apart they start. Pure.</summary>
internal static class WindowLengths
{
    private const int MostOverlaps = 1_000;

    /// <summary>Both in milliseconds; mistakes are reported.</summary>
    public static (long Size, long Every) Of(SpecErrors errors, string path, WindowSpec window)
    {
        if (window.Tumbling is null == window.Hopping is null)
        {
            errors.Add(path, "a window is either 'tumbling: 1h' or 'hopping: { size: 1h, every: 10m }'");
            return (1, 1);
        }
        if (window.Tumbling is { } length)
        {
            Rules.Positive($"{path}.tumbling", length, errors);
            return ((long)length.TotalMilliseconds, (long)length.TotalMilliseconds);
        }
        var hopping = window.Hopping!;
        Rules.Positive($"{path}.hopping.size", hopping.Size, errors);
        Rules.Positive($"{path}.hopping.every", hopping.Every, errors);
        var (size, every) = ((long)hopping.Size.TotalMilliseconds, (long)hopping.Every.TotalMilliseconds);
        if (size > 0 && every > 0 && size % every != 0)
            errors.Add($"{path}.hopping.size", $"'size' is a multiple of 'every'; {DurationText.Format(size)} is not one of {DurationText.Format(every)}");
        else if (size > 0 && every > 0 && size / every > MostOverlaps)
            errors.Add($"{path}.hopping.every", $"each row would count in {size / every} windows; {MostOverlaps} are the most");
        return (size, every);
    }
}
