using StreamGrains.Contracts.Control;

namespace StreamGrains.Server;

/// <summary>Which program serves, for its log, its metrics and its messages.</summary>
/// <param name="Name">Its name among services.</param>
/// <param name="UrlSetting">The setting that says where it listens.</param>
/// <param name="Surroundings">What it works with, for the line that it starts with.</param>
/// <param name="Info">Its versions.</param>
public sealed record ServerProgram(string Name, string UrlSetting, string Surroundings, ServerInfo Info);
