using StreamGrains.Engine.Journal;

namespace StreamGrains.Engine.Tests.Commit;

public class TopicIdentitiesTests
{
    private static readonly Guid Events = Guid.NewGuid();

    [Theory]
    [InlineData("here", true, 3, "here", true, 3)]
    [InlineData("", false, 0, "there", true, 4)]
    [InlineData("here", false, 5, "here", true, 5)]
    [InlineData("", true, 3, "there", true, 4)]
    public void What_was_known_once_is_not_forgotten_and_partitions_do_not_become_fewer(string cluster, bool id, int partitions, string expectedCluster, bool expectedId, int expectedPartitions)
    {
        var before = new TopicIdentities("there", new Dictionary<string, TopicIdentity> { ["events"] = new(Events, cluster == "here" && partitions == 3 ? 2 : 4), ["gone"] = new(Events, 1) });
        var now = new TopicIdentities(cluster, new Dictionary<string, TopicIdentity> { ["events"] = new(id ? Events : Guid.Empty, partitions), ["new"] = new(Guid.Empty, 7) });

        var known = now.Over(before);

        Assert.Equal((expectedCluster, expectedId, expectedPartitions), (known.Cluster, known.Of("events") == Events, known.Topics["events"].Partitions));
        Assert.Equal((new TopicIdentity(Events, 1), new TopicIdentity(Guid.Empty, 7)), (known.Topics["gone"], known.Topics["new"]));
    }
}
