namespace StreamGrains.Silo.Clustering;

/// <summary>How silos find each other, and where jobs are remembered.</summary>
public sealed class ClusterSettings
{
    /// <summary>Name of the cluster: silos of one name find each other.</summary>
    public string Id { get; set; } = "streamgrains";

    /// <summary>Name under which jobs are remembered; stays when the cluster's name changes.</summary>
    public string Service { get; set; } = "streamgrains";

    /// <summary>The system that knows the silos and remembers the jobs.</summary>
    public ClusteringKind Clustering { get; set; } = ClusteringKind.Localhost;

    /// <summary>Its connection string.</summary>
    public string Connection { get; set; } = "";

    /// <summary>Port for other silos.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for Orleans clients.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>IP address that other silos reach this one at; empty for the first of this machine's.</summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>Name of this silo, shown as the owner of its slots; empty for the machine's.</summary>
    public string Name { get; set; } = "";
}

/// <summary>Systems that know the silos of a cluster and remember its jobs.</summary>
public enum ClusteringKind
{
    /// <summary>None: one silo, for development. Jobs are forgotten when it stops; their state is not.</summary>
    Localhost,

    /// <summary>Redis.</summary>
    Redis,

    /// <summary>PostgreSQL, with the tables of Orleans' ADO.NET providers.</summary>
    Postgres,
}
