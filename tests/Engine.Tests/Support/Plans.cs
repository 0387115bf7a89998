using StreamGrains.Engine.Aggregates;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Expressions;
using StreamGrains.Engine.Formats.Json;
using StreamGrains.Engine.Formats;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Processing;
using StreamGrains.Engine.Steps.Exchange;
using StreamGrains.Engine.Steps.Rolling;
using StreamGrains.Engine.Steps.Sink;
using StreamGrains.Engine.Steps.Window;
using StreamGrains.Engine.Steps;

namespace StreamGrains.Engine.Tests.Support;

/// <summary>Hand-made plans over events of (id, ts, key, amount, note), so that tests of the engine need no compiler.</summary>
internal static class Plans
{
    public const int Id = 0, Ts = 1, Key = 2, Amount = 3, Note = 4, FirstComputed = 5;
    public const string Results = "results", LateRows = "late-rows", Internal = "internal", DeadLetters = "dead-letters";
    public const long WatermarkDelay = 5_000;

    public static ProcessorSetup Setup(params int[] partitions) => new(partitions, (_, _, _) => throw new InvalidOperationException("no models here"));

    public static JobPlan Job(params StagePlan[] stages) =>
        new("job", true, 100, 10_000, 30_000, 5_000_000, 3_600_000, 1, DeadLetters, stages, 77);

    /// <summary>The stage that reads events; <paramref name="computed"/> columns follow the fields.</summary>
    public static StagePlan Source(bool textKeys, IReadOnlyList<ColumnDef> computed, params StepPlan[] steps)
    {
        SourceField[] fields =
        [
            new("id", FieldKind.Long), new("ts", FieldKind.TimestampMs), new("key", textKeys ? FieldKind.String : FieldKind.Long),
            new("amount", FieldKind.Double), new("note", FieldKind.String, FieldPlace.Value, Optional: true),
        ];
        return new StagePlan(0, "events", new SourceInput("events", JsonFormat.Instance, fields, Ts, WatermarkDelay, 30_000), Layout(textKeys, computed), steps);
    }

    /// <summary>A stage behind a re-key that carries all five fields.</summary>
    public static StagePlan Keyed(bool textKeys, IReadOnlyList<ColumnDef> computed, params StepPlan[] steps) =>
        new(1, "key", new ExchangeInput(Internal, 0, [0, 1, 2, 3, 4]), Layout(textKeys, computed), steps);

    public static ExchangePlan Exchange() => new("exchange", Internal, Key, [0, 1, 2, 3, 4]);

    public static RowLayout Layout(bool textKeys, IReadOnlyList<ColumnDef> computed) => new(
    [
        new("id", ColumnType.Long), new("ts", ColumnType.Timestamp), new("key", textKeys ? ColumnType.String : ColumnType.Long),
        new("amount", ColumnType.Double), new("note", ColumnType.String, true), .. computed,
    ]);

    /// <summary>What the plans compute; golden bytes are of these, whatever functions there are beside them.</summary>
    private static readonly IReadOnlyList<IAggregate> Functions =
        [CountAggregate.Instance, SumAggregate.Instance, AvgAggregate.Instance, MinAggregate.Instance, MaxAggregate.Instance, StdDevAggregate.Instance];

    /// <summary>Aggregates over the last minute, and, where delays are wanted, over the minute that ended 4 s (and for one, 90 s) ago: rows of one partition wait, too.</summary>
    public static (RollingPlan Plan, IReadOnlyList<ColumnDef> Columns) Rolling(bool delayed)
    {
        var features = new List<RollingFeature>();
        var columns = new List<ColumnDef>();
        void Add(IAggregate function, int value, long over, long delay)
        {
            var type = function.ResultType(value == 1 ? ColumnType.Long : ColumnType.Double);
            features.Add(new RollingFeature(FirstComputed + columns.Count, function, value, over, delay));
            columns.Add(new ColumnDef($"{function.Name}_{value}_{over}_{delay}", type, delay > 0));
        }
        foreach (var function in Functions) Add(function, function.TakesValue ? 0 : -1, 60_000, 0);
        Add(SumAggregate.Instance, 1, 30_000, 0);
        if (delayed)
        {
            foreach (var function in Functions) Add(function, function.TakesValue ? 0 : -1, 60_000, 4_000);
            Add(MaxAggregate.Instance, 1, 45_000, 90_000);
        }
        return (new RollingPlan("rolling", Key, [Column(Amount, ColumnType.Double), Column(Id, ColumnType.Long)], features), columns);
    }

    /// <summary>A window step; its results go to <see cref="Results"/>.</summary>
    public static IReadOnlyList<StepPlan> Window(bool textKeys, long size, long every, bool lateTopic)
    {
        var output = new RowLayout(
        [
            new("key", textKeys ? ColumnType.String : ColumnType.Long), new("window_start", ColumnType.Timestamp), new("window_end", ColumnType.Timestamp),
            new("count", ColumnType.Long), new("sum", ColumnType.Double), new("min", ColumnType.Double), new("max", ColumnType.Long), new("avg", ColumnType.Double),
            new("stddev", ColumnType.Double),
        ]);
        WindowAggregate[] aggregates =
        [
            new(3, CountAggregate.Instance, -1), new(4, SumAggregate.Instance, 0), new(5, MinAggregate.Instance, 0), new(6, MaxAggregate.Instance, 1), new(7, AvgAggregate.Instance, 0),
            new(8, StdDevAggregate.Instance, 0),
        ];
        var late = lateTopic ? new SinkPlan("late", LateRows, JsonFormat.Instance, null, Key, [Id, Ts, Key, Amount]) : null;
        return
        [
            new WindowPlan("window", Key, size, every, [Column(Amount, ColumnType.Double), Column(Id, ColumnType.Long)], aggregates, output, late),
            new SinkPlan("to", Results, JsonFormat.Instance, null, 0, [0, 1, 2, 3, 4, 5, 6, 7, 8]),
        ];
    }

    /// <summary>Writes all columns.</summary>
    public static SinkPlan Sink(RowLayout layout) => new("to", Results, JsonFormat.Instance, null, Key, [.. Enumerable.Range(0, layout.Columns.Count)]);

    public static Expression Column(int index, ColumnType type) => new ColumnExpression(index, type, false);
}
