namespace StreamGrains.Engine.Journal;

/// <summary>
/// What a cluster and its topics are, beyond their names: a topic that was deleted and made again has another id (KIP-516), and so has a cluster that took another's address.
/// </summary>
/// <param name="Cluster">Id of the cluster; empty when it tells none.</param>
/// <param name="Topics">Topics. One that is not here does not exist, or nothing is known of it: unknown is not different.</param>
public sealed record TopicIdentities(string Cluster, IReadOnlyDictionary<string, TopicIdentity> Topics)
{
    /// <summary>Nothing is known.</summary>
    public static TopicIdentities Unknown { get; } = new("", new Dictionary<string, TopicIdentity>());

    /// <summary>Id of a topic; empty when it is not known.</summary>
    public Guid Of(string topic) => Topics.GetValueOrDefault(topic).Id;

    /// <summary>
    /// The same with what was known <paramref name="before"/> of what nobody tells at the moment: what was known once is not forgotten. Partitions do not become fewer; a broker that has just
    /// come back may not have heard of all.
    /// </summary>
    public TopicIdentities Over(TopicIdentities before)
    {
        var topics = before.Topics.ToDictionary();
        foreach (var (name, now) in Topics)
        {
            var then = topics.GetValueOrDefault(name);
            topics[name] = new TopicIdentity(now.Id != Guid.Empty ? now.Id : then.Id, Math.Max(now.Partitions, then.Partitions));
        }
        return new TopicIdentities(Cluster.Length > 0 ? Cluster : before.Cluster, topics);
    }

    /// <summary>Whether two ids are of different topics. One that is not known is not different.</summary>
    public static bool Differ(Guid a, Guid b) => a != b && a != Guid.Empty && b != Guid.Empty;

    /// <summary>Whether two ids are of different clusters. One that is not known is not different.</summary>
    public static bool Differ(string a, string b) => a != b && a.Length > 0 && b.Length > 0;
}

/// <summary>One topic.</summary>
/// <param name="Id">Its id; empty from brokers that give none.</param>
/// <param name="Partitions">How many partitions it has.</param>
public readonly record struct TopicIdentity(Guid Id, int Partitions);
