using System.Text.Json.Serialization;

namespace Causeway.Contracts.CrossConnections;

/// <summary>The wire form of the provider's side.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(CrossConnectionBody))]
[JsonSerializable(typeof(CrossConnectionMoveBody))]
public sealed partial class CrossConnectionsContract : JsonSerializerContext;
