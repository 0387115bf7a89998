namespace StreamGrains.Grains.Interfaces;

/// <summary>
/// Keeps the state of one slot warm, on another silo than the slot's owner; its key is <c>job/slot</c>, as the owner's. It writes nothing: when the slot comes to its silo, that goes on
/// from the warm state.
/// </summary>
[Alias("StreamGrains.IStandbyGrain")]
public interface IStandbyGrain : IGrainWithStringKey
{
    /// <summary>The slot's state is to be kept warm, under this order; asked again with the same run this only tells how far it is.</summary>
    [Alias("Follow")]
    Task<StandbyStanding> Follow(SlotOrder order);

    /// <summary>It is not needed any more, here.</summary>
    [Alias("Stop")]
    Task Stop();
}

/// <summary>Where a warm copy is and how far.</summary>
/// <param name="Silo">Silo that it is on.</param>
/// <param name="Name">Name of the silo.</param>
/// <param name="Commits">Number of the last commit that it knows of; null while there is no state yet.</param>
/// <param name="Behind">Offsets between it and that commit.</param>
[GenerateSerializer, Immutable, Alias("StreamGrains.StandbyStanding")]
public sealed record StandbyStanding([property: Id(0)] SiloAddress Silo, [property: Id(1)] string Name, [property: Id(2)] long? Commits, [property: Id(3)] long Behind);
