using StreamGrains.Kafka.Native;

namespace StreamGrains.Kafka.Tests;

public class PackagedLibraryTests
{
    [Fact]
    public void The_version_that_is_loaded_is_the_one_that_the_client_was_made_for() => Assert.Null(PackagedLibrary.Mismatch(KafkaSettings.LibraryVersion));

    [Fact]
    public void Another_version_is_refused_with_what_to_do() => Assert.Equal(
        $"librdkafka 2.0.2 is loaded, and this program was made for {PackagedLibrary.Wanted}: use the one of the package librdkafka.redist {PackagedLibrary.Wanted}, and load no other before it",
        PackagedLibrary.Mismatch("2.0.2"));
}
