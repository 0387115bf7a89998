using System.Globalization;
using Spectre.Console;
using StreamGrains.Contracts.Control;

namespace StreamGrains.Cli.Remote;

/// <summary>What a job keeps for a key: a line for each value. Pure.</summary>
internal static class KeyStates
{
    public static Table Of(QueryAnswer answer)
    {
        var table = Tables.WithColumns("STEP", ">STAGE", ">PARTITION", "WATERMARK", "WINDOW", "COLUMN", ">VALUE");
        foreach (var state in answer.States)
        {
            Add(state, "-", state.Values);
            foreach (var window in state.Windows) Add(state, $"{Tables.Time(window.Start)} to {Tables.Time(window.End)}", window.Values);
        }
        return table;

        void Add(KeyState state, string window, IReadOnlyDictionary<string, double?> values)
        {
            foreach (var (column, value) in values)
                table.AddRow(
                    state.Step.EscapeMarkup(), Number(state.Stage), Number(state.Partition), Tables.Time(state.Watermark), window, column.EscapeMarkup(),
                    value?.ToString(CultureInfo.InvariantCulture) ?? "-");
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
