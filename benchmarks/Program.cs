using StreamGrains.Benchmarks;

// Benchmarks by name. Numbers are only comparable within one run on one machine.
Dictionary<string, (string Help, Func<string[], int> Run)> benchmarks = new()
{
    ["onnx"] = ("[MODEL.onnx OUTPUT ROWS.csv]   nanoseconds and bytes a row, by batch size", OnnxBenchmark.Run),
    ["pipeline"] = ("[--rows N] [--rounds N]   records a second of a raw client, our pass-through and our fraud job on a real broker, and their ratios", PipelineBenchmark.Run),
};

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var chosen))
{
    return chosen.Run(args[1..]);
}
Console.Error.WriteLine(args.Length == 0 ? "Which benchmark?" : $"There is no benchmark `{args[0]}`.");
foreach (var (name, benchmark) in benchmarks)
{
    Console.Error.WriteLine($"  ./bench {name} {benchmark.Help}");
}
return 2;
