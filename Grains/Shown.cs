using System.Globalization;
using Orleans.Concurrency;
using StreamGrains.Contracts.Control;
using StreamGrains.Grains.Interfaces;

namespace StreamGrains.Grains;

/// <summary>A job as the Orleans dashboard shows it on its page "Grain Details": it calls a method of this very name on every interface of a grain.</summary>
[Alias("StreamGrains.IShownJob")]
internal interface IShownJob : IGrainWithStringKey
{
    /// <summary>Facts by name.</summary>
    [Alias("GetState"), AlwaysInterleave]
    Task<Dictionary<string, string>> GetState();
}

/// <summary>A slot as the Orleans dashboard shows it. An interface of its own, because an interface names one kind of grain.</summary>
[Alias("StreamGrains.IShownSlot")]
internal interface IShownSlot : IGrainWithStringKey
{
    /// <summary>Facts by name.</summary>
    [Alias("GetState"), AlwaysInterleave]
    Task<Dictionary<string, string>> GetState();
}

/// <summary>Status in the dashboard's words: names and texts, in the order in which they are to be read. Pure.</summary>
internal static class Shown
{
    public static Dictionary<string, string> Of(Answer<JobStatus> answer)
    {
        if (answer.Value is not { } status) return new() { ["job"] = "nothing is known of it" };
        var facts = new Dictionary<string, string>
        {
            ["job"] = $"{status.Job}, revision {status.Revision}: {Text(status.Phase)}",
            ["rows"] = Text($"{status.Totals.RowsIn:N0} in ({status.Totals.InPerSecond:N0}/s), {status.Totals.RowsOut:N0} out ({status.Totals.OutPerSecond:N0}/s), {Lag(status.Totals.Lag)}"),
            ["not used"] = Text($"{status.Totals.Late:N0} late, {status.Totals.DeadLetters:N0} dead letters"),
            ["state"] = Text($"{status.Totals.Keys:N0} keys, {status.Totals.StateBytes / 1e6:N1} MB, watermark {Watermark(status.Totals.Watermark)}"),
        };
        if (status.Problem is { } problem) facts["problem"] = problem;
        foreach (var slot in status.Slots) facts[$"slot {slot.Slot}"] = Of(slot);
        return facts;
    }

    public static Dictionary<string, string> Of(SlotDetail detail)
    {
        var facts = new Dictionary<string, string> { ["slot"] = detail.Slot is { } slot ? Of(slot) : "does not run here" };
        foreach (var p in detail.Partitions)
            facts[$"{p.Topic}[{p.Partition}]"] = Text(
                $"{p.RowsIn:N0} in ({p.InPerSecond:N0}/s), {p.RowsOut:N0} out, {Lag(p.Lag)}, {p.DeadLetters:N0} dead letters, {p.Keys:N0} keys, watermark {Watermark(p.Watermark)}");
        return facts;
    }

    private static string Of(SlotStatus slot)
    {
        var text = Text($"{Text(slot.Phase)} on {slot.Owner ?? "no silo"}, {slot.Commits:N0} commits");
        if (slot.Standby is { } copy) text += Text($", warm on {copy.Owner}, {copy.Behind:N0} behind");
        if (slot.Stalled is { } stalled) text += Text($", stalled since {stalled.Since:HH:mm:ss}: {stalled.Reason}");
        if (slot.SnapshotOverdue is { } late) text += Text($", no snapshot since {late.Since:HH:mm:ss}: {late.Reason}");
        if (slot.LastFailure is { } failure) text += Text($", failed at {failure.At:HH:mm:ss}: {failure.Message}");
        return text;
    }

    private static string Lag(long? lag) => lag is { } records ? Text($"{records:N0} to go") : "lag not known";

    private static string Watermark(DateTimeOffset? watermark) => watermark is { } at ? Text($"{at:yyyy-MM-dd HH:mm:ss}") : "none";

    private static string Text(Enum phase) => phase.ToString().ToLowerInvariant();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
