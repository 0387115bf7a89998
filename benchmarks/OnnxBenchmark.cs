using System.Diagnostics;
using System.Globalization;
using StreamGrains.Engine.Ports;
using StreamGrains.Onnx;

namespace StreamGrains.Benchmarks;

/// <summary>
/// Scores real rows in batches of several sizes. Every run sees other rows than the one before: with the same few rows again and again the processor
/// learns the branches of the trees and small batches look twice as fast as they are.
/// </summary>
internal static class OnnxBenchmark
{
    private static readonly int[] BatchSizes = [1, 8, 32, 64, 256, 1000];
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    public static int Run(string[] args)
    {
        const string Models = "tests/Onnx.Tests/models/fraud/";
        var (model, output, file) = args is [var m, var o, var f] ? (m, o, f) : (Models + "xgboost_100.onnx", "probabilities[1]", Models + "sample_inputs.csv");
        var rows = File.ReadLines(file).Skip(1).Select(line => line.Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray()).ToArray();

        using var catalog = new OnnxModelCatalog();
        var opened = catalog.Open(model);
        var problems = opened.Check(rows[0].Length, [output]);
        if (problems.Count > 0)
        {
            Console.Error.WriteLine(string.Join('\n', problems));
            return 1;
        }
        Console.WriteLine($"{model} {output}, {rows.Length} distinct rows");
        Console.WriteLine("batch   ns/row   ns/batch   bytes/batch");
        foreach (var size in BatchSizes)
        {
            using var scorer = opened.CreateScorer(rows[0].Length, [output]);
            Measure(scorer, rows, size);
        }
        return 0;
    }

    private static void Measure(IScorer scorer, float[][] rows, int size)
    {
        var scores = new double[size];
        var failures = new string?[size];
        var next = 0;
        long batches = 0, allocated = 0;
        var scoring = TimeSpan.Zero;
        // The first quarter warms up and does not count.
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < Length / 4;)
        {
            Fill(scorer.Matrix(size), rows, ref next);
            scorer.Score(size, scores, failures);
        }
        while (scoring < Length)
        {
            Fill(scorer.Matrix(size), rows, ref next);
            var bytes = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            scorer.Score(size, scores, failures);
            scoring += Stopwatch.GetElapsedTime(start);
            allocated += GC.GetAllocatedBytesForCurrentThread() - bytes;
            batches++;
        }
        var perBatch = scoring.TotalNanoseconds / batches;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{size,5} {perBatch / size,8:f0} {perBatch,10:f0} {allocated / (double)batches,13:f0}"));
    }

    private static void Fill(Span<float> matrix, float[][] rows, ref int next)
    {
        var width = rows[0].Length;
        for (var at = 0; at < matrix.Length; at += width, next++)
        {
            rows[next % rows.Length].CopyTo(matrix[at..]);
        }
    }
}
