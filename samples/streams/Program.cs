using StreamGrains.Silo;
using StreamGrains.Streams.Sample;

// A silo that runs jobs and has grains of its own: CustomerAlerts hears of every alert about its customer.
//   StreamGrains__Kafka__Bootstrap=127.0.0.1:9092 dotnet run --project samples/streams
//   ./streamgrains submit samples/streams/job.yaml --server http://127.0.0.1:5000
//   curl http://127.0.0.1:5000/alerts/42
// Memory streams and memory storage are for a try: what they hold is gone with the silo.
var builder = WebApplication.CreateBuilder(args);
builder.AddStreamGrains(silo => silo
    .AddMemoryStreams("alerts")
    .AddMemoryGrainStorage("PubSubStore")
    .AddMemoryGrainStorage(CustomerAlerts.Storage));
var app = builder.Build();
app.MapStreamGrains();
app.MapGet("/alerts/{customer}", (string customer, IGrainFactory grains) => grains.GetGrain<ICustomerAlerts>(customer).Count()).AllowAnonymous();
await app.RunAsync();
