using System.Runtime.CompilerServices;

namespace StreamGrains.Simulation.World;

/// <summary>Something to be awaited once; whoever awaits it goes on inside <see cref="Complete"/>, on the same thread. Never completed, it is never heard of again.</summary>
internal sealed class Promise<T> : ICriticalNotifyCompletion
{
    private Action? continuation;
    private T value = default!;

    public bool IsCompleted { get; private set; }

    public Promise<T> GetAwaiter() => this;

    public T GetResult() => value;

    public void Complete(T result)
    {
        value = result;
        IsCompleted = true;
        var next = continuation;
        continuation = null;
        next?.Invoke();
    }

    public void OnCompleted(Action next) => continuation = next;

    public void UnsafeOnCompleted(Action next) => continuation = next;
}
