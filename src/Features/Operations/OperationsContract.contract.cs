using System.Text.Json.Serialization;

namespace Causeway.Contracts.Operations;

/// <summary>The wire form of what the operator runs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(TopologyBody))]
[JsonSerializable(typeof(TopologyOrderBody))]
[JsonSerializable(typeof(TopologyPlanBody))]
public sealed partial class OperationsContract : JsonSerializerContext;
