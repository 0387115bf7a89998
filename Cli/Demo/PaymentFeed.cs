using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamGrains.Cli.Loading;
using StreamGrains.Cli.Terminal;

namespace StreamGrains.Cli.Demo;

/// <summary>Payments as records for the job's source, with the truth beside them. Spans are valid until the next <see cref="Read"/>. Owner: the producing thread.</summary>
internal abstract class PaymentFeed : IDisposable
{
    /// <summary>JSON of the payment.</summary>
    public abstract ReadOnlySpan<byte> Value { get; }

    /// <summary>Customer, as text.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>Event time, milliseconds since the epoch.</summary>
    public abstract long Time { get; }

    /// <summary>The payment's number.</summary>
    public long Id { get; protected set; }

    /// <summary>Whether it is a fraud.</summary>
    public bool IsFraud { get; protected set; }

    /// <summary>Whether the past is still being filled in, at full speed: the rate holds from then on.</summary>
    public abstract bool IsHistory { get; }

    /// <summary>Moves to the next payment. False at the end.</summary>
    public abstract bool Read();

    public abstract void Dispose();
}

/// <summary>Payments of a <see cref="CardWorld"/>: weeks of history first, so that every window is full, then on and on.</summary>
internal sealed class WorldFeed(CardWorld world) : PaymentFeed
{
    /// <summary>The longest windows of the job look back 30 days from a week ago.</summary>
    private const int HistoryDays = 38;

    private static readonly DateTime Beginning = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ArrayBufferWriter<byte> json = new(256);
    private readonly Utf8JsonWriter writer = new(new MemoryStream(), new JsonWriterOptions { SkipValidation = true });
    private readonly byte[] key = new byte[16];
    private IReadOnlyList<CardPayment> day = [];
    private int next, keyLength;
    private long time;

    public override ReadOnlySpan<byte> Value => json.WrittenSpan;

    public override ReadOnlySpan<byte> Key => key.AsSpan(0, keyLength);

    public override long Time => time;

    public override bool IsHistory => world.Day <= HistoryDays;

    public override bool Read()
    {
        while (next == day.Count) (day, next) = (world.NextDay(), 0);
        var payment = day[next++];
        var when = Beginning.AddSeconds(payment.Second);
        time = new DateTimeOffset(when).ToUnixTimeMilliseconds();
        (Id, IsFraud) = (payment.Id, payment.Fraud != 0);
        payment.Customer.TryFormat(key, out keyLength, provider: CultureInfo.InvariantCulture);
        json.ResetWrittenCount();
        writer.Reset(json);
        writer.WriteStartObject();
        writer.WriteNumber("TRANSACTION_ID"u8, payment.Id);
        Span<byte> text = stackalloc byte[19];
        when.TryFormat(text, out _, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        writer.WriteString("TX_DATETIME"u8, text);
        writer.WriteNumber("CUSTOMER_ID"u8, payment.Customer);
        writer.WriteNumber("TERMINAL_ID"u8, payment.Terminal);
        writer.WriteNumber("TX_AMOUNT"u8, payment.Cents / 100m);
        writer.WriteNumber("TX_FRAUD"u8, payment.Fraud == 0 ? 0 : 1);
        writer.WriteEndObject();
        writer.Flush();
        return true;
    }

    public override void Dispose() => writer.Dispose();
}

/// <summary>Payments of a file with the columns of the card-fraud job.</summary>
internal sealed class FileFeed(string path) : PaymentFeed
{
    private readonly RecordFile file = RecordFile.Open(path, "CUSTOMER_ID", "TX_DATETIME");

    public override ReadOnlySpan<byte> Value => file.Value;

    public override ReadOnlySpan<byte> Key => file.Key;

    public override long Time => file.Time;

    public override bool IsHistory => false;

    public override bool Read()
    {
        if (!file.Read()) return false;
        var found = 0;
        try
        {
            var json = new Utf8JsonReader(file.Value);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName) continue;
                var isId = json.ValueTextEquals("TRANSACTION_ID"u8);
                if (!isId && !json.ValueTextEquals("TX_FRAUD"u8)) continue;
                json.Read();
                var number = json.GetInt64();
                if (isId) Id = number;
                else IsFraud = number != 0;
                found++;
            }
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException)
        {
            throw new CommandFailed(ExitCode.Failure, $"{path}: TRANSACTION_ID and TX_FRAUD must be whole numbers: {Encoding.UTF8.GetString(file.Value)}", wrong);
        }
        return found == 2 ? true : throw new CommandFailed(ExitCode.Failure, $"{path}: the demo needs the fields TRANSACTION_ID and TX_FRAUD besides those of the job: {Encoding.UTF8.GetString(file.Value)}");
    }

    public override void Dispose() => file.Dispose();
}
