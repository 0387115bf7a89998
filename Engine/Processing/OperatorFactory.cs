using System.Diagnostics;
using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Exchange;
using StreamGrains.Engine.Plan;
using StreamGrains.Engine.Ports;
using StreamGrains.Engine.Rolling;
using StreamGrains.Engine.Scoring;
using StreamGrains.Engine.Windows;

namespace StreamGrains.Engine.Processing;

/// <summary>Makes the operator of a step. A new kind of step is a plan record, an operator and a line here.</summary>
internal static class OperatorFactory
{
    public static (Operator Operator, IScorer? Scorer) Make(
        StagePlan stage, int index, int partition, RowLayout layout, ProcessorContext context, ProcessorSetup setup, Action<RowBatch, int, int, string> deadLetter)
    {
        switch (stage.Steps[index])
        {
            case FilterPlan filter: return (new FilterOperator(filter), null);
            case DerivePlan derive: return (new DeriveOperator(derive), null);
            case RollingPlan rolling: return (new RollingOperator(rolling, layout, context), null);
            case WindowPlan window: return (new WindowOperator(window, layout, context), null);
            case SinkPlan sink: return (new SinkOperator(sink, layout, context), null);
            case ScorePlan score:
                var scorer = setup.Scorer(score);
                var stateFollows = stage.Steps.Skip(index + 1).Any(s => s is RollingPlan or WindowPlan);
                // Columns are in step order: what is before the scores exists when a row fails.
                var before = score.Outputs.Min();
                return (new ScoreOperator(score, scorer, context, (rows, row, reason) => deadLetter(rows, row, before, reason), stateFollows), scorer);
            case ExchangePlan exchange:
                return (new ExchangeOperator(exchange, layout, context, partition, setup.InputPartitions[stage.Index + 1]), null);
            default: throw new UnreachableException($"no operator for {stage.Steps[index].GetType().Name}");
        }
    }
}
