using StreamGrains.Cli.Demo;

namespace StreamGrains.Cli.Tests.Demo;

public class CardWorldTests
{
    private const int Days = 40;

    [Fact]
    public void One_seed_is_one_world()
    {
        Assert.Equal(Draw(7, 3), Draw(7, 3));
        Assert.NotEqual(Draw(7, 1), Draw(8, 1));
    }

    [Fact]
    public void Payments_come_in_the_order_of_time_with_consecutive_numbers_and_stay_within_their_day()
    {
        var world = new CardWorld(1);
        long number = 0;
        for (var day = 0; day < 5; day++)
        {
            var payments = world.NextDay();
            Assert.Equal(payments.OrderBy(p => p.Second).Select(p => p.Second), payments.Select(p => p.Second));
            Assert.All(payments, p => Assert.Equal(number++, p.Id));
            Assert.All(payments, p => Assert.InRange(p.Second, day * 86_400L + 1, (day + 1) * 86_400L - 1));
            Assert.Equal(day + 1, world.Day);
        }
    }

    [Fact]
    public void The_world_has_the_rates_amounts_and_frauds_of_its_specification()
    {
        var payments = Draw(1, Days);

        // A thousand customers, two payments a day on average, of which about 3 % fall outside the day.
        Assert.InRange(payments.Count / (double)Days, 1_750, 2_050);
        Assert.InRange(payments.Where(p => p.Fraud == 0).Average(p => p.Cents) / 100, 40, 65);
        Assert.InRange(payments.Count(p => p.Fraud != 0) / (double)payments.Count, 0.003, 0.02);
        Assert.All(payments.Where(p => p.Fraud == 1), p => Assert.True(p.Cents > 22_000));
        Assert.Equal([1, 2, 3], payments.Select(p => (int)p.Fraud).Where(f => f != 0).Distinct().Order());
        Assert.DoesNotContain(payments, p => p.Fraud == 0 && p.Cents > 22_000);
    }

    [Fact]
    public void A_customer_keeps_to_the_terminals_nearby()
    {
        var terminals = Draw(1, Days).GroupBy(p => p.Customer).Select(g => g.Select(p => p.Terminal).Distinct().Count()).Max();

        // A circle of radius 5 holds 79 of the 10 000 terminals on a square of side 100, and as many here.
        Assert.InRange(terminals, 20, 120);
    }

    private static List<CardPayment> Draw(ulong seed, int days)
    {
        var world = new CardWorld(seed);
        return [.. Enumerable.Range(0, days).SelectMany(_ => world.NextDay())];
    }
}
