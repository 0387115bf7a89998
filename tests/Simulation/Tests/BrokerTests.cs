using System.Text;
using StreamGrains.Engine.Ports;
using StreamGrains.Simulation.Broker;
using StreamGrains.Simulation.World;

namespace StreamGrains.Simulation.Tests;

/// <summary>The simulated broker keeps Kafka's rules; what the other tests say is worth as much as this.</summary>
public class BrokerTests
{
    private static readonly TopicPartition Out = new("out", 0), In = new("in", 0);
    private readonly Scheduler scheduler = new(new Rng(1, "order"));
    private readonly SimBroker broker;

    public BrokerTests()
    {
        broker = new SimBroker(scheduler, new Rng(1, "world"), new Faults(1, null), new Trace(false));
        broker.Create("out", 1);
        broker.Create("in", 1);
    }

    [Fact]
    public void A_transaction_is_seen_when_its_marker_has_arrived_and_the_marker_takes_an_offset()
    {
        var producer = Open();
        Produce(producer, 0, "a");
        Assert.Equal(0, broker[Out].LastStable);
        Assert.Equal(Code.None, broker.EndTxn("id", producer, commit: true));
        Assert.Empty(Seen());
        Settle();
        Assert.Equal(["a"], Seen());
        Assert.Equal((2, 2), (broker[Out].End, broker[Out].LastStable));
    }

    [Fact]
    public void An_open_transaction_holds_back_what_others_write_behind_it()
    {
        Produce(Open(), 0, "a");
        broker[Out].Append(Message("b"));
        Assert.Equal((0, 2), (broker[Out].LastStable, broker[Out].End));
    }

    [Fact]
    public void A_new_owner_aborts_the_old_ones_transaction_and_shuts_it_out()
    {
        var old = Open();
        Produce(old, 0, "a");
        Assert.Equal(Code.ConcurrentTransactions, broker.InitProducerId("id").Code);
        Settle();
        var (code, fresh) = broker.InitProducerId("id");
        Assert.Equal((Code.None, old.Id), (code, fresh.Id));
        Assert.Empty(Seen());
        Assert.Equal(Code.Fenced, broker.AddPartitions("id", old, [Out]));
        Assert.Equal(Code.Fenced, broker.Produce("id", old, Out, 1, [Message("b")]));
        Assert.Equal(Code.Fenced, broker.EndTxn("id", old, commit: true));
    }

    [Fact]
    public void The_end_of_a_transaction_that_comes_late_ends_the_next_one_of_the_same_epoch()
    {
        var producer = Open();
        Produce(producer, 0, "a");
        broker.EndTxn("id", producer, commit: true);
        Settle();
        Produce(producer, 1, "b");
        Assert.Equal(Code.None, broker.EndTxn("id", producer, commit: true));
        Settle();
        Assert.Equal(["a", "b"], Seen());
    }

    [Fact]
    public void A_batch_that_is_sent_again_is_there_once_and_one_that_is_missing_is_noticed()
    {
        var producer = Open();
        Produce(producer, 0, "a");
        Produce(producer, 0, "a");
        Assert.Equal(1, broker[Out].End);
        Assert.Equal(Code.OutOfOrder, broker.Produce("id", producer, Out, 5, [Message("c")]));
    }

    [Fact]
    public void A_transaction_that_takes_too_long_is_aborted_and_its_producer_shut_out()
    {
        var producer = Open();
        Produce(producer, 0, "a");
        Settle();
        Assert.Equal(Code.Fenced, broker.EndTxn("id", producer, commit: true));
        Assert.Empty(Seen());
        Assert.Equal(2, broker[Out].LastStable);
    }

    [Fact]
    public void Offsets_of_a_transaction_count_when_it_is_committed()
    {
        var producer = Open();
        Dictionary<TopicPartition, long> offsets = new() { [In] = 7 };
        Assert.Equal(Code.InvalidTxnState, broker.CommitOffsets("id", producer, offsets));
        Assert.Equal(Code.None, broker.AddOffsets("id", producer));
        Assert.Equal(Code.None, broker.CommitOffsets("id", producer, offsets));
        Assert.Empty(broker.Group);
        broker.EndTxn("id", producer, commit: true);
        Settle();
        Assert.Equal(7, broker.Group[In]);
    }

    [Fact]
    public void A_partition_takes_no_batch_before_it_is_part_of_the_transaction() =>
        Assert.Equal(Code.InvalidTxnState, broker.Produce("id", Open(), Out, 0, [Message("a")]));

    private static Message Message(string value) => new(null, Encoding.UTF8.GetBytes(value), [], 0);

    private Producer Open() => broker.InitProducerId("id").Producer;

    private void Produce(Producer producer, int sequence, string value)
    {
        Assert.Equal(Code.None, broker.AddPartitions("id", producer, [Out]));
        Assert.Equal(Code.None, broker.Produce("id", producer, Out, sequence, [Message(value)]));
    }

    /// <summary>Lets time pass until the transaction is ended, by its markers or its timeout.</summary>
    private void Settle()
    {
        while (!broker.Quiet) Assert.True(scheduler.RunNext());
    }

    private IEnumerable<string> Seen() => broker[Out].All.ToArray().Where(e => e.Committed).Select(e => Encoding.UTF8.GetString(e.Message!.Value!));
}
