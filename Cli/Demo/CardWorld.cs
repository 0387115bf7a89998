namespace StreamGrains.Cli.Demo;

/// <summary>One card payment. <paramref name="Fraud"/> is what really happened, which the job never gets to see in time.</summary>
/// <param name="Id">From 0, in the order of time.</param>
/// <param name="Second">Seconds since the world began.</param>
/// <param name="Customer">Whose card.</param>
/// <param name="Terminal">Where.</param>
/// <param name="Cents">Amount.</param>
/// <param name="Fraud">0, or the kind of fraud: 1 a large amount, 2 a bad terminal, 3 a stolen card.</param>
internal readonly record struct CardPayment(long Id, long Second, int Customer, int Terminal, long Cents, byte Fraud);

/// <summary>
/// A small world of card payments, after the specification of the Fraud Detection Handbook at a fifth of its size and with the same densities: 1 000 customers who
/// each pay up to four times a day at terminals near them, and three kinds of fraud. A function of its seed. Owner: whoever draws from it.
/// </summary>
internal sealed class CardWorld
{
    private const int Customers = 1_000, Terminals = 2_000;
    private const double Size = 0.2, Reach = 5;
    private const int SecondsADay = 86_400, BadTerminalDays = 28, StolenCardDays = 14;
    private static readonly double Side = 100 * Math.Sqrt(Size);

    private readonly DemoRandom random;
    private readonly Customer[] customers;
    private readonly int[] badUntil = new int[Terminals], stolenUntil = new int[Customers];
    private double badDue, stolenDue;
    private long nextId;

    public CardWorld(ulong seed)
    {
        random = new DemoRandom(seed);
        var terminals = Enumerable.Range(0, Terminals).Select(_ => (X: random.Uniform() * Side, Y: random.Uniform() * Side)).ToArray();
        customers = new Customer[Customers];
        for (var c = 0; c < Customers; c++)
        {
            var (x, y) = (random.Uniform() * Side, random.Uniform() * Side);
            var near = Enumerable.Range(0, Terminals).Where(t => Square(terminals[t].X - x) + Square(terminals[t].Y - y) < Reach * Reach).ToArray();
            customers[c] = new Customer(5 + random.Uniform() * 95, random.Uniform() * 4, near);
        }
    }

    /// <summary>Days drawn so far.</summary>
    public int Day { get; private set; }

    /// <summary>The payments of the next day, in the order of time.</summary>
    public IReadOnlyList<CardPayment> NextDay()
    {
        for (badDue += 2 * Size; badDue >= 1; badDue--) badUntil[random.Below(Terminals)] = Day + BadTerminalDays;
        for (stolenDue += 3 * Size; stolenDue >= 1; stolenDue--) stolenUntil[random.Below(Customers)] = Day + StolenCardDays;
        var payments = new List<CardPayment>();
        for (var c = 0; c < Customers; c++)
            for (var left = random.Poisson(customers[c].PaymentsADay); left > 0; left--)
                if (Pay(c) is { } payment) payments.Add(payment);
        payments.Sort((a, b) => a.Second != b.Second ? a.Second.CompareTo(b.Second) : a.Customer.CompareTo(b.Customer));
        for (var i = 0; i < payments.Count; i++) payments[i] = payments[i] with { Id = nextId++ };
        Day++;
        return payments;
    }

    private CardPayment? Pay(int c)
    {
        var customer = customers[c];
        var second = (int)random.Normal(43_200, 20_000);
        if (second is <= 0 or >= SecondsADay || customer.Near.Length == 0) return null;
        var amount = random.Normal(customer.MeanAmount, customer.MeanAmount / 2);
        if (amount < 0) amount = random.Uniform() * 2 * customer.MeanAmount;
        var terminal = customer.Near[random.Below(customer.Near.Length)];
        var fraud = amount > 220 ? 1 : 0;
        if (badUntil[terminal] > Day) fraud = 2;
        if (stolenUntil[c] > Day && random.Below(3) == 0) (fraud, amount) = (3, amount * 5);
        return new CardPayment(0, (long)Day * SecondsADay + second, c, terminal, (long)Math.Round(amount * 100), (byte)fraud);
    }

    private static double Square(double x) => x * x;

    private sealed record Customer(double MeanAmount, double PaymentsADay, int[] Near);
}
