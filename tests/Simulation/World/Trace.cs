using System.Runtime.CompilerServices;

namespace StreamGrains.Simulation.World;

/// <summary>What happened, as lines for people. Off unless asked for; then saying something costs nothing.</summary>
internal sealed class Trace(bool on)
{
    private readonly List<string> lines = [];

    public bool On => on;

    public IReadOnlyList<string> Lines => lines;

    /// <summary>Where the times come from.</summary>
    public Scheduler? Scheduler { get; set; }

    public void Say(string who, [InterpolatedStringHandlerArgument("")] Line what)
    {
        if (on) lines.Add($"t={(Scheduler?.Now ?? 0) / 1000.0,9:0.000} {who,-4} {what.Text}");
    }

    /// <summary>An interpolated line that is only made while the trace is on.</summary>
    [InterpolatedStringHandler]
    internal ref struct Line
    {
        private DefaultInterpolatedStringHandler handler;
        private readonly bool on;

        public Line(int literals, int values, Trace trace, out bool wanted)
        {
            wanted = on = trace.On;
            if (on) handler = new DefaultInterpolatedStringHandler(literals, values, System.Globalization.CultureInfo.InvariantCulture);
        }

        public string Text => on ? handler.ToStringAndClear() : "";

        public void AppendLiteral(string text) => handler.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => handler.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string format) => handler.AppendFormatted(value, format);
    }
}
