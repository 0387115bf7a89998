using StreamGrains.Silo;

try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddStreamGrains();
    var app = builder.Build();
    app.MapStreamGrains();
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is InvalidOperationException or IOException or ArgumentException or Microsoft.Extensions.Options.OptionsValidationException)
{
    Console.Error.WriteLine($"streamgrains silo: {failure.Message}");
    return 1;
}
