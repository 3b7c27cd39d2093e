using System.Text.Json.Serialization;
using Causeway.Domain.Json;

namespace Causeway.Domain.Circuits;

/// <summary>How a port stands in its document.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(DirectPort))]
internal sealed partial class DirectPortJson : JsonSerializerContext;
