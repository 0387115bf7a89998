using StreamGrains.Client;
using StreamGrains.Contracts;
using StreamGrains.Contracts.Control;

// Hands a job in, waits until it runs, and stops it again. Arguments: address of the server, topic with payments.
var (server, topic) = args is [var first, var second] ? (first, second) : ("http://127.0.0.1:8080", "payments");

var job = JobBuilder.Create("spending")
    .Source("payments", s => s.Topic(topic).Key("customer").EventTime("ts")
        .Field("customer", FieldType.Long).Field("ts", FieldType.TimestampMs).Field("amount", FieldType.Double))
    .Filter("amount > 0")
    .Rolling(r => r.Sum("spent_7d", "amount", over: TimeSpan.FromDays(7)).Count("payments_7d", over: TimeSpan.FromDays(7)))
    .To("big-spenders", when: "spent_7d > 10000", key: "customer")
    .Build();

using var http = new HttpClient { BaseAddress = new Uri(server) };
var client = new StreamGrainsClient(http);
try
{
    var answer = await client.SubmitAsync(job);
    Console.WriteLine($"{answer.Job} {answer.Outcome}, revision {answer.Revision}");
    await foreach (var status in client.WatchAsync(answer.Job, every: TimeSpan.FromSeconds(1)))
        if (status.Phase == JobPhase.Running) break;
    var stopped = await client.StopAsync(answer.Job);
    Console.WriteLine($"{stopped.Job} {stopped.Phase}");
}
catch (StreamGrainsException refused)
{
    Console.Error.WriteLine(refused.Message);
    foreach (var mistake in refused.Mistakes) Console.Error.WriteLine(mistake);
    return 1;
}
return 0;
