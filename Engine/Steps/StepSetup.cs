using StreamGrains.Engine.Columns;
using StreamGrains.Engine.Ports;

namespace StreamGrains.Engine.Steps;

/// <summary>Makes a scorer of one processor's own.</summary>
/// <param name="model">Path of the model file.</param>
/// <param name="features">How many features it gets.</param>
/// <param name="outputs">What to take from the model, as in <see cref="IModel.Check"/>.</param>
public delegate IScorer OpenScorer(string model, int features, IReadOnlyList<string> outputs);

/// <summary>Writes a row as a dead letter.</summary>
/// <param name="rows">The batch that it is in.</param>
/// <param name="row">Which.</param>
/// <param name="columns">How many of its first columns have been computed.</param>
/// <param name="reason">What is wrong with it, in words.</param>
internal delegate void DeadRow(RowBatch rows, int row, int columns, string reason);

/// <summary>What a step finds around it when it is set to work.</summary>
/// <param name="Rows">Columns of the rows that enter it.</param>
/// <param name="Context">What the operators of its processor share.</param>
/// <param name="Partition">Partition of the processor.</param>
/// <param name="NextPartitions">Partitions of the next stage's input; 0 in the last stage.</param>
/// <param name="Scorer">Opens models.</param>
/// <param name="DeadRow">Takes rows that cannot go on.</param>
internal sealed record StepSetup(RowLayout Rows, ProcessorContext Context, int Partition, int NextPartitions, OpenScorer Scorer, DeadRow DeadRow);
