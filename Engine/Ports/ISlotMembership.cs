namespace StreamGrains.Engine.Ports;

/// <summary>
/// Decides, together with the other processes of a job, which slots this one runs. It balances; it does not fence: for a moment two may believe that they run
/// a slot, and the slot's log lets only one of them write.
/// </summary>
public interface ISlotMembership
{
    /// <summary>
    /// Takes part until <paramref name="stop"/>, then leaves; blocks. Everything of <paramref name="slots"/> is called on the calling thread, or while
    /// that waits for it.
    /// </summary>
    void Run(ISlotOrders slots, CancellationToken stop);
}

/// <summary>What a membership tells its process.</summary>
public interface ISlotOrders
{
    /// <summary>This process is to run the slot.</summary>
    void Take(int slot);

    /// <summary>This process is to keep a warm copy of the slot's state, while another runs it: a later <see cref="Take"/> goes on from there.</summary>
    void Follow(int slot);

    /// <summary>This process is to give these up, run or followed. Returns once they are given up, or after the time allowed for that.</summary>
    void Release(IReadOnlyCollection<int> slots);

    /// <summary>Others may run these already. Returns at once.</summary>
    void Lose(IReadOnlyCollection<int> slots);
}
