namespace StreamGrains.Grains.Interfaces;

/// <summary>
/// StreamGrains for programs that are in its cluster already: grains of a silo, or an Orleans client. Both need <see cref="ContractSerialization.AddStreamGrains"/>. What a job refuses is an
/// answer (<c>Refusal</c>); exceptions are Orleans' own, when the cluster does not answer.
/// </summary>
/// <example>
/// <code>
/// var status = await client.GetJob("card-fraud").Status();
/// if (status.Value is { } running) Console.WriteLine(running.Phase);
/// await client.GetModel("card-fraud", "models/fraud.onnx").Use(sha256);
/// </code>
/// </example>
public static class GrainFactoryExtensions
{
    /// <summary>The job of this name, whether or not it was handed in yet.</summary>
    public static IJobGrain GetJob(this IGrainFactory grains, string job) => grains.GetGrain<IJobGrain>(job);

    /// <summary>The list of the cluster's jobs.</summary>
    public static IJobIndexGrain GetJobs(this IGrainFactory grains) => grains.GetGrain<IJobIndexGrain>(0);

    /// <summary>A model of a job, by its path as the spec writes it.</summary>
    public static IModelGrain GetModel(this IGrainFactory grains, string job, string path) => grains.GetGrain<IModelGrain>($"{job}/{path}");
}
