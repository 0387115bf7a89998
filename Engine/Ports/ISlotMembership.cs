namespace StreamGrains.Engine.Ports;

/// <summary>
/// Decides, together with the other processes of a job, which slots this one runs. It balances; it does not fence: for a moment two may believe that they run
/// a slot, and the slot's log lets only one of them write.
/// </summary>
public interface ISlotMembership
{
    /// <summary>
    /// Takes part until <paramref name="stop"/>, then leaves; blocks. <paramref name="take"/> is told of slots that this process is to run;
    /// <paramref name="release"/> of slots that it is to give up, and returns once they are given up, or after the time allowed for that;
    /// <paramref name="lost"/> of slots that others may run already, and returns at once. All three are called on the calling thread.
    /// </summary>
    void Run(Action<int> take, Action<IReadOnlyCollection<int>> release, Action<IReadOnlyCollection<int>> lost, CancellationToken stop);
}
