using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;

namespace StreamGrains.Fuzz;

/// <summary>What became of the inputs of one target.</summary>
internal sealed record Outcome(string Target, long Inputs, long Taken, TimeSpan Elapsed);

/// <summary>Feeds a target. Owner: one thread.</summary>
internal sealed class Fuzzer(Target target) : IDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(2), Hanging = TimeSpan.FromSeconds(30);

    private readonly long start = Stopwatch.GetTimestamp();
    private long inputs, taken;
    private volatile byte[]? current;
    private long since;
    private Timer? watch;

    /// <summary>Feeds <paramref name="count"/> inputs that <paramref name="seed"/> makes. Throws with the smallest input that fails.</summary>
    public Outcome Run(ulong seed, int count)
    {
        watch ??= new Timer(_ => Watch(), null, Hanging, Hanging / 2);
        var config = Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(seed, 1).WithQuietOnSuccess(true);
        Prop.ForAll(Input.For(target), Feed).Label($"{target.Name}, seed {seed}").Check(config);
        return new Outcome(target.Name, inputs, taken, Stopwatch.GetElapsedTime(start));
    }

    public void Dispose() => watch?.Dispose();

    private void Feed(Input input)
    {
        var bytes = input.Bytes(target);
        (since, current) = (Stopwatch.GetTimestamp(), bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            inputs++;
            if (target.Read(bytes)) taken++;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{target.Name}: {failure}\n{Shown(bytes)}", failure);
        }
        finally
        {
            current = null;
        }
        var memory = GC.GetAllocatedBytesForCurrentThread() - before;
        var limit = target.Memory.Base + target.Memory.PerByte * bytes.Length;
        if (memory > limit) throw new InvalidOperationException($"{target.Name}: {memory} bytes of memory for {bytes.Length} bytes of input, {limit} are right\n{Shown(bytes)}");
        var took = Stopwatch.GetElapsedTime(since);
        if (took > Slow) throw new InvalidOperationException($"{target.Name}: took {took.TotalSeconds:0.0} s\n{Shown(bytes)}");
    }

    /// <summary>An input that never ends cannot be thrown out of: the process ends with it.</summary>
    private void Watch()
    {
        if (current is { } bytes && Stopwatch.GetElapsedTime(since) > Hanging) Environment.FailFast($"{target.Name} hangs\n{Shown(bytes)}");
    }

    private static string Shown(byte[] bytes) => $"input of {bytes.Length} bytes, in Base64: {Convert.ToBase64String(bytes)}";
}
