namespace StreamGrains.Contracts.Control;

/// <summary>What serves: versions, as they are loaded.</summary>
/// <param name="Version">Of StreamGrains.</param>
/// <param name="Librdkafka">Of librdkafka, the native library that talks to Kafka.</param>
/// <param name="OnnxRuntime">Of ONNX Runtime, the native library that scores.</param>
public sealed record ServerInfo(string Version, string Librdkafka, string OnnxRuntime);
