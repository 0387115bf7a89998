using System.Globalization;
using StreamGrains.Simulation.Jobs;

namespace StreamGrains.Simulation.Oracles;

/// <summary>
/// What one partition of one stage makes of its input, in the simplest way that can be thought of: lists, and no code of the product. It is given committed input and the
/// events of the journal, each at its offset, and says what should come out.
/// </summary>
internal abstract class StageFold(int stage, int partition)
{
    public const string DeadLetters = "sim.dead-letters";

    public int Stage => stage;

    public int Partition => partition;

    /// <summary>Everything it is to write, in order.</summary>
    public List<Expected> Outputs { get; } = [];

    /// <summary>Rows that cross to the next stage, in order.</summary>
    public List<CrossingRow> Crossing { get; } = [];

    public long Watermark { get; protected set; } = long.MinValue;

    /// <summary>Rows behind the watermark, and those of them that no window could take and no topic got.</summary>
    public long Late { get; protected set; }

    public long Dropped { get; protected set; }

    /// <summary>A record of the source.</summary>
    public void Take(Event e, long offset)
    {
        if (e.Reason is not null)
        {
            Write(new Expected(DeadLetters, $"{partition}/{offset}", e.Customer.ToString(CultureInfo.InvariantCulture), null, 0) { Reason = e.Reason, By = this });
            return;
        }
        Row(new CrossingRow(e, partition, offset, 0, 0, false, Watermark));
        Advance(e.Time - Workload.WatermarkDelay);
    }

    /// <summary>A block of rows, all under the watermark of before it, and the watermark after it.</summary>
    public void Take(IEnumerable<CrossingRow> rows, long watermark)
    {
        foreach (var row in rows) Row(row);
        Advance(watermark);
    }

    /// <summary>The watermark moves; what waited for it comes out.</summary>
    public void Advance(long watermark)
    {
        if (watermark <= Watermark) return;
        Watermark = watermark;
        Moved();
    }

    public virtual void Drain()
    {
    }

    protected abstract void Row(CrossingRow row);

    protected virtual void Moved()
    {
    }

    protected void Write(Expected expected)
    {
        expected.Place = Outputs.Count;
        Outputs.Add(expected);
    }

    protected static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);

    protected static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    protected static string Text(string value) => "\"" + value.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
